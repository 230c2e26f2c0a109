import { z } from "zod";
import { count, ratio, share } from "./units.ts";

/** How a run's launches are measured: fresh processes of all transports alive together, all but one silent, in slices in a balanced order. */
export const launchesSchema = z.strictObject({
  scenarios: z
    .array(
      z.strictObject({
        name: z.string(),
        slices: count.describe("of each transport in a launch"),
        sliceSeconds: ratio,
      }),
    )
    .max(200)
    .describe("those that are measured in slices; the others' trials are in one piece"),
  groups: z
    .int()
    .min(1)
    .optional()
    .describe(
      "in which transports stood side by side, one group after the other, for want of memory; else all at once",
    ),
  leadInSeconds: ratio.describe("traffic before each slice that is not measured"),
  heartbeatSeconds: ratio.describe("interval of heartbeats, so long that none falls into a launch"),
  silentShare: share.describe(
    "the most of a CPU that another process of the launch may use in a slice; a slice in which one used more is void and measured again",
  ),
});
