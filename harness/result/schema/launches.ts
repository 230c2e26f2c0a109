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
      "in which transports ran side by side, one group after the other, for lack of memory; otherwise all at once",
    ),
  leadInSeconds: ratio.describe("traffic before each slice that is not measured"),
  heartbeatSeconds: ratio.describe("interval of heartbeats, so long that none falls into a launch"),
  until: z
    .strictObject({
      goal: z
        .union([z.literal("distinguished"), share])
        .describe(
          "every pair is told apart or practically equal; or the farthest that an interval may reach",
        ),
      budgetSeconds: ratio.describe("no launch is started that would end later"),
      most: count.describe("the most launches it may have"),
      looks: z.array(count).max(1_000).describe("numbers of launches after which the data were looked at"),
      pairs: count.optional().describe("tested at the last look: by latency and by CPU, in every scenario"),
      open: count.optional().describe("of those, the ones that have not reached the goal"),
      ended: z
        .enum(["reached", "launches", "budget"])
        .optional()
        .describe("why there were no more: the goal was reached, all launches are over, or the time is"),
    })
    .optional()
    .describe(
      "where the run ends when its data say enough; its pairs are then tested at the level that is left for the last look",
    ),
  fitting: z
    .strictObject({
      least: count.describe("launches that are run in any case"),
      most: count.describe("the most launches it may have"),
      seconds: ratio.describe(
        "no launch beyond the least is started that would probably end later after the run began, or was resumed",
      ),
    })
    .optional()
    .describe(
      "where the run has as many launches as fit into a time, as by default; `blocks` is how many it had",
    ),
  stopped: z
    .strictObject({
      after: count.describe("launches that were run"),
      planned: count.describe("launches that there should have been"),
      disturbed: count.describe("trials that the machine made invalid"),
      trials: count.describe("of so many"),
    })
    .optional()
    .describe(
      "where the machine disturbed so much that the launches that were left could not have made two transports comparable",
    ),
  silentShare: share.describe(
    "the most of a CPU that another process of the launch may use in a slice; a slice in which one used more is void and measured again",
  ),
});
