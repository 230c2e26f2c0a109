import { z } from "zod";
import { count, micros } from "./units.ts";

/** What a transport's client library uses for a message when there is no server and no other work. */
export const clientCostSchema = z.strictObject({
  transport: z.string(),
  usPerMessage: z
    .array(micros)
    .min(1)
    .max(100)
    .describe(
      "CPU time of the subscribers' process for each message, reads from the kernel included, of each part of the messages in the order in which they were played",
    ),
  messages: count.describe("played in each part"),
  bytes: z.number().nonnegative().describe("of one message, as TCP payload"),
});

export type ClientCost = z.infer<typeof clientCostSchema>;

/** The cost, or why there is none. */
export const clientCostEntrySchema = z.union([
  clientCostSchema,
  z.strictObject({ transport: z.string(), absent: z.string().describe("why it could not be measured") }),
]);

export type ClientCostEntry = z.infer<typeof clientCostEntrySchema>;
