import { z } from "zod";
import { count, micros, ratio, share } from "./units.ts";

export const warmupSchema = z.strictObject({
  seconds: ratio.describe("how long it took"),
  steadiness: z
    .enum(["steady", "unsteady", "not judged"])
    .describe(
      "whether the last five 1 s windows drifted; `not judged` when there were fewer; in a launch, unsteady when its last part was still cheaper by more than 5 % of CPU per delivery than the one before",
    ),
  latencyDrift: z
    .number()
    .optional()
    .describe("change of the median delivery latency over them: -0.1 is 10 % down"),
  cpuDrift: z
    .number()
    .optional()
    .describe(
      "change of the server's CPU per delivery over them; in a launch, from its last part but one to the last",
    ),
  publishes: count.optional().describe("of a launch's warm-up, which goes by these and not by time"),
  firstCpuUsPerDelivery: micros
    .optional()
    .describe(
      "the server's CPU per delivery in the first part of a launch's warm-up: what a cold start costs",
    ),
});

/** Microseconds. Earlier builds wrote some below 0 for servers with a process beside, whose user and system time came from coarse ticks. */
const cpuPartUs = z.number();

export const intervalSchema = z.strictObject({
  fromSeconds: ratio.describe("since the measured time began"),
  seconds: ratio,
  publishes: count,
  deliveries: count.describe("received in this interval"),
  deliveryP50Us: micros.optional().describe("of those, within 1 %"),
  deliveryP99Us: micros.optional(),
  deliveryMaxUs: micros.optional(),
  serverCpuUserUs: cpuPartUs.optional(),
  serverCpuSystemUs: cpuPartUs.optional(),
  serverRssBytes: count.optional(),
  serverLoopUtilization: share.optional(),
});

export const slicedSchema = z.strictObject({
  slices: count.describe("slices behind the figures, without void ones"),
  p50Us: micros
    .optional()
    .describe("geometric mean over slices of the median delivery latency: what verdicts rest on"),
  cpuUsPerDelivery: micros
    .optional()
    .describe("geometric mean over slices of the server's CPU per delivery: what verdicts rest on"),
});

/** A slice of a launch; those of one trial are never independent of one another. */
export const sliceSchema = z.strictObject({
  round: count.describe("of the launch, counted from 0"),
  position: count.describe("among all slices of the launch, in the order in which they ran"),
  startedAtSeconds: ratio.describe("since the launch's first slice began"),
  seconds: ratio.describe("measured, after an unmeasured lead-in"),
  publishes: count,
  deliveries: count,
  p50Us: micros.optional().describe("of the delivery latency"),
  cpuUsPerDelivery: micros.optional(),
  void: z.string().optional().describe("why it does not count, if so; it was measured again"),
});

const spreadSchema = z.strictObject({ p50: z.number(), max: z.number() });

export const faultSchema = z.strictObject({
  kind: z.string(),
  fromSeconds: ratio.describe("since the measured time began"),
  seconds: ratio.describe("until what was broken worked again"),
  lostConnections: count.describe("clients that noticed, before the next fault"),
  restoredConnections: count.describe("of those, the ones that came back"),
  detectedAfterSeconds: spreadSchema
    .optional()
    .describe("from the fault's beginning to a client's notice of it"),
  backAfterSeconds: spreadSchema
    .optional()
    .describe(
      "from the fault's end to a client's connection with all its subscriptions; negative when before",
    ),
  healthyAfterSeconds: ratio
    .optional()
    .describe(
      "from the fault's end to the first interval of the time line from which on the p99 stays within twice the worst before; absent when it never did",
    ),
});

export const resumptionSchema = z.strictObject({
  accepted: count.describe("publishes that the server accepted in the measured time, by its own account"),
  subscribers: count.describe("of the topic"),
  due: count.describe("accepted x subscribers"),
  delivered: count.describe("of those, each counted once"),
  replayed: count.describe(
    "of the delivered, those published before the subscriber was back and received after its outage",
  ),
  declaredLost: z
    .int()
    .describe("not delivered to subscribers whose client was told that it missed something"),
  undeclaredLost: z
    .int()
    .describe(
      "not delivered to subscribers that were told nothing; negative would be an error of the account",
    ),
  told: count.describe("subscribers whose client was told that it missed something"),
});

export const sharedLinkSchema = z.strictObject({
  utilization: ratio.describe(
    "bytes that passed in the measured time / those that the bandwidth allows: 1 is full, and a burst may pass on top of it",
  ),
  bytes: count.describe("that passed, until after the drain: Ethernet frames without their check sequence"),
  segments: count.describe("that passed, of 1,500 IP bytes at most"),
  droppedSegments: count.describe("that came when the queue was full"),
  overlimits: count.describe("how often the first of the queue had to wait for tokens"),
});
