import { z } from "zod";
import { latencySchema } from "./latency.ts";

import { count, MOST_TRIALS, micros } from "./units.ts";

/** What clients in a browser's page got, beside clients in Node.js that got the same notifications. */
export const browserFiguresSchema = z.strictObject({
  connections: count.describe("clients in the page, and as many in a process of Node.js"),
  publishes: count.describe("notifications to all of them, published beside the scenario's own traffic"),
  delivered: count.describe("those that came to the page's clients, each counted once a client"),
  lost: count.describe("publishes x connections - delivered, after the drain"),
  nodeLost: count.describe("the same of the clients in Node.js"),
  deliveryLatencyUs: latencySchema
    .optional()
    .describe("event handed to a client in the page, by the page's clock - intended time of the publish"),
  nodeDeliveryLatencyUs: latencySchema.optional().describe("the same of the same notifications in Node.js"),
  clockBoundUs: micros.describe(
    "latencies of the page are off by this at most: half of the shortest round trip between its clock and the lab's",
  ),
});

export type BrowserFigures = z.infer<typeof browserFiguresSchema>;

/** The browser of a run. */
export const browserSchema = z.strictObject({
  product: z.string().optional().describe("name and version; absent where it never started"),
  connections: z.int().min(1).max(255).describe("asked for in a page; a transport may allow fewer"),
  notMeasured: z
    .array(
      z.strictObject({
        transport: z.string().optional().describe("absent: all"),
        scenario: z.string().optional().describe("absent: all"),
        reason: z.string(),
      }),
    )
    .max(MOST_TRIALS)
    .describe("where no page was beside the load, and why"),
});

export type BrowserOfRun = z.infer<typeof browserSchema>;
