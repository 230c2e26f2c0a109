import { z } from "zod";
import { linkSchema } from "../scenarios/link.ts";
import { arrivalsSchema, planSchema } from "../scenarios/plan.ts";
import { anatomySchema } from "./anatomy/anatomy-schema.ts";
import { type Journey, type JourneySegment, journeyEntrySchema } from "./journey/journey-schema.ts";

export type { Journey, JourneySegment };

/** The version that this code writes and reads. */
export const RESULTS_SCHEMA = "notif-lab/results@2";

const micros = z.number().nonnegative();
const count = z.int().nonnegative();
const ratio = z.number().nonnegative();

/** A latency distribution of one trial, in whole microseconds. */
export const latencySchema = z.strictObject({
  count: count.describe("samples"),
  publishes: count.describe(
    "publishes behind the samples: deliveries of one publish are correlated, so quantiles rest on these",
  ),
  negative: count.describe("samples below zero: a clock fault, counted and not in the histogram"),
  min: micros,
  mean: micros,
  p50: micros,
  p90: micros,
  p99: micros,
  p999: micros,
  max: micros,
  histogram: z.string().describe("HdrHistogram V2, compressed, base64; 3 significant digits"),
});

const share = z.number().min(0).max(1);

const processSchema = z.strictObject({
  role: z.enum(["server", "load"]),
  loopUtilization: share.describe(
    "share of the measured time in which the event loop was busy; a load process's idle turning before a send is left out",
  ),
  spunUs: micros.describe("event loop turned without work, waiting for a send to be due"),
  cpuUserUs: micros,
  cpuSystemUs: micros,
  rssBytes: count,
  gcPauses: count.describe("garbage collections in the measured time"),
  gcPausedUs: micros.describe("time they took, all together"),
  gcLongestUs: micros,
  loopDelayP99Us: micros.describe("how late a 20 ms timer fired: the event loop was doing something else"),
  loopDelayMaxUs: micros,
});

const slopeSchema = z.strictObject({
  bytesPerConnection: z.number(),
  r2: z.number().describe("under 0.9 the slope is not resolved from the noise, and reports say so"),
});

const memorySchema = z.strictObject({
  steps: z
    .array(z.strictObject({ connections: count, rssBytes: count, heapAndExternalBytes: count }))
    .describe("the server after a forced garbage collection, with so many connections"),
  rss: slopeSchema.optional(),
  heapAndExternal: slopeSchema.optional(),
});

const warmupSchema = z.strictObject({
  seconds: ratio,
  steadiness: z
    .enum(["steady", "unsteady", "not judged"])
    .describe("whether the last five 1 s windows drifted; not judged when there were fewer"),
  latencyDrift: z
    .number()
    .optional()
    .describe("change of the median delivery latency over them: -0.1 is 10 % down"),
  cpuDrift: z.number().optional().describe("change of the server's CPU per delivery over them"),
});

const hostSchema = z.strictObject({
  cpuPressure: share
    .optional()
    .describe("share of the measured time in which a task waited for a CPU (Linux PSI, some)"),
  steal: share.optional().describe("share of all CPU time that the hypervisor gave to others"),
  otherCpus: ratio.describe("CPUs busy with anything but the trial's processes"),
});

const stretchSchema = z.strictObject({
  fromSeconds: ratio.describe("since the measured time began"),
  seconds: ratio,
  publishes: count,
  deliveries: count.describe("received in this stretch"),
  deliveryP50Us: micros.optional().describe("of those, within 1 %"),
  deliveryP99Us: micros.optional(),
  deliveryMaxUs: micros.optional(),
  serverCpuUserUs: micros.optional(),
  serverCpuSystemUs: micros.optional(),
  serverRssBytes: count.optional(),
  serverLoopUtilization: share.optional(),
});

const spreadSchema = z.strictObject({ p50: z.number(), max: z.number() });

const faultSchema = z.strictObject({
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
      "from the fault's end to the first stretch of the time line from which on the p99 stays within twice the worst before; absent when it never did",
    ),
});

const resumptionSchema = z.strictObject({
  accepted: count.describe("publishes that the server accepted in the measured time, by its own account"),
  subscribers: count,
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

const sharedLinkSchema = z.strictObject({
  utilization: ratio.describe(
    "bytes that passed in the measured time / those that the rate allows: 1 is full, and a burst may pass on top of it",
  ),
  bytes: count.describe("that passed, until after the drain: Ethernet frames without their check sequence"),
  segments: count.describe("that passed, of 1,500 IP bytes at most"),
  droppedSegments: count.describe("that came when the queue was full"),
  overlimits: count.describe("how often the first of the queue had to wait for tokens"),
});

export const metricsSchema = z.strictObject({
  deliveryLatencyUs: latencySchema
    .optional()
    .describe("event handed to the subscriber - intended time of the publish"),
  serviceLatencyUs: latencySchema
    .optional()
    .describe(
      "event handed to the subscriber - actual time of the publish: what is left without the generator's lag",
    ),
  publishLatencyUs: latencySchema.optional().describe("publish acknowledged - intended time of the publish"),
  receiptLatencyUs: latencySchema
    .optional()
    .describe("read receipt back at the sender - intended time of the publish"),
  sendLagUs: latencySchema
    .optional()
    .describe("publish handed to the transport - intended time: the load generator's own lag"),
  readyLatencyUs: latencySchema
    .optional()
    .describe(
      "all subscriptions of a connection acknowledged - its first byte; over all connections of the trial",
    ),
  faults: z
    .array(faultSchema)
    .optional()
    .describe("what befell the trial, and what it did to the connections"),
  resumption: resumptionSchema.optional().describe("for plans with faults and one topic"),
  apartDeliveries: count
    .optional()
    .describe(
      "deliveries to the users who misbehave, who count in nothing else; present where there are such",
    ),
  serverRssPeakGrowthBytes: z
    .int()
    .optional()
    .describe(
      "highest resident memory on the time line - that before the first fault; present where there are faults",
    ),
  tcpBytesPerConnectionHour: ratio
    .optional()
    .describe(
      "TCP payload both ways / connections / hours, where nothing is published: heartbeats, polls, pings",
    ),
  publishes: count.describe("publishes made in the measured time"),
  publishFailures: z.record(z.string(), count).describe("publishes not acknowledged, by error code"),
  expected: count.describe(
    "publishes x live subscribers of their channels; where resumption is told, of the publishes that the server accepted",
  ),
  delivered: count.describe("of the expected, those that came, counted once"),
  lost: count.describe("expected - delivered, after the drain"),
  duplicated: count.describe("deliveries that had come before"),
  reordered: count.describe(
    "deliveries that came after a later one of the same publisher on the same channel",
  ),
  receiptsExpected: count,
  receiptsReceived: count,
  offeredPerSecond: ratio.describe("publishes due a second, by the plan"),
  achievedShare: share.describe("rate at which the publishes were really made / rate by the plan, at most 1"),
  sendsChecksum: z
    .string()
    .describe(
      "of time, publisher, channel and text of every measured send; the same for every transport of a block",
    ),
  backlogAtEnd: count.describe("deliveries still expected when the measured time was over, before the drain"),
  deliveriesPerSecond: ratio.describe(
    "unique deliveries a second, from the first publish due to the end of the measured time or the last delivery, whichever is later",
  ),
  measuredSeconds: z.number().positive().describe("the time deliveriesPerSecond refers to"),
  serverCpuUsPerDelivery: micros.optional().describe("user + system CPU of the server process / delivered"),
  serverCpuUserUsPerDelivery: micros.optional(),
  serverCpuSystemUsPerDelivery: micros.optional(),
  serverRssBytes: count.describe("resident memory of the server process at the end of the measured time"),
  serverHeapUsedBytes: count,
  serverExternalBytes: count,
  serverLoopUtilization: share,
  memoryPerConnection: memorySchema,
  tcpBytesPerDelivery: ratio
    .optional()
    .describe(
      "TCP payload both ways on the server's raw sockets / delivered; includes publishes, acknowledgements, receipts, heartbeats",
    ),
  tcpBytesInPerDelivery: ratio.optional(),
  tcpBytesOutPerDelivery: ratio.optional(),
  wireBytesPerDelivery: ratio
    .optional()
    .describe(
      "IP bytes both ways / delivered: TCP and IP headers and acknowledgements included; measured in a network namespace of the trial's own, absent where there is none",
    ),
  connections: count.describe("client connections that stood when the measurement began"),
  sockets: count.describe("TCP connections the server held then"),
  connectSeconds: ratio.describe("from the first connection opened to the last subscription acknowledged"),
  slowDisconnects: count.describe("subscribers the server cut off because they did not read"),
  mostHeldBytes: count
    .optional()
    .describe(
      "unread bytes that the server held for one subscriber at the most, as its own bound counts them, from the first connection on",
    ),
  heldBoundBytes: count
    .optional()
    .describe("the bound of that: beyond it a subscriber is cut off, or loses its oldest events"),
  dropped: count.describe("events the server dropped for subscribers that did not read"),
  droppedSegments: count
    .optional()
    .describe(
      "TCP segments that the kernel dropped from the first connection on, both ways; present where the link drops some",
    ),
  sharedLink: sharedLinkSchema
    .optional()
    .describe(
      "the kernel's token bucket that all clients share, both ways, from the beginning of the measured time on; present where the link has one",
    ),
  reconnects: count.describe("connections lost and restored during the measured time"),
  warmup: warmupSchema,
  host: hostSchema.describe("what else the machine did in the measured time"),
  processes: z.array(processSchema),
  timeline: z
    .array(stretchSchema)
    .describe("the measured time and the drain in stretches of a second, or 600 stretches"),
});

export const trialSchema = z
  .strictObject({
    transport: z.string(),
    scenario: z.string(),
    block: count,
    attempt: z.int().min(1).describe("2 when an invalid trial was run once more; it stands for its block"),
    state: z.enum(["completed", "saturated", "invalid", "skipped", "failed"]),
    reason: z.string().optional().describe("why the trial is not completed; present unless completed"),
    notes: z.array(z.string()).describe("what a reader should know before believing the figures"),
    planHash: z.string().describe("SHA-256 of the plan's JSON, the same for every transport of a block"),
    params: z.record(z.string(), z.number()),
    seed: count,
    startedAt: z.iso.datetime(),
    seconds: ratio,
    metrics: metricsSchema.optional(),
  })
  .superRefine((trial, context) => {
    if (trial.state === "completed" && !trial.metrics) context.addIssue("a completed trial has metrics");
    if (trial.state !== "completed" && !trial.reason)
      context.addIssue("a trial that is not completed has a reason");
  });

const noAnatomySchema = z.strictObject({
  transport: z.string(),
  scenario: z.string(),
  absent: z.string().describe("why the bytes could not be told"),
});

export const environmentSchema = z.strictObject({
  notifLab: z.string(),
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  kernel: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  cpus: count,
  cpuGovernor: z.string().nullable().describe("of Linux's frequency scaling; null where there is none"),
  memoryBytes: count,
  memoryFreeBytes: count.describe("when the run began"),
  openFilesLimit: count.nullable().describe("null where it is unlimited or can't be read"),
  processLimit: count.nullable().describe("processes and threads of this user; null as above"),
  loadAverageBefore: z.number(),
  loadAverageAfter: z.number().nullable().describe("when the run ended; null before"),
  gitRevision: z
    .string()
    .nullable()
    .describe("of notif-lab itself when it runs from a clone, with + for local changes"),
  wireBytes: z.string().describe("how IP bytes are counted, or why they are not"),
  cpuAffinity: z
    .string()
    .describe("the CPUs that server and load processes are bound to, or why they are not"),
  clock: z.string(),
  packages: z.record(z.string(), z.string()).describe("wire libraries as resolved"),
});

/** A whole run. Written after every trial; `finishedAt` is absent while it runs or when it was interrupted. */
export const resultsSchema = z.strictObject({
  schema: z.literal(RESULTS_SCHEMA),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  command: z.string(),
  seed: count,
  preset: z.enum(["quick", "standard", "rigorous"]),
  loop: z.enum(["open", "closed"]),
  arrivals: arrivalsSchema.nullable().describe("instead of the scenarios' own; null for those"),
  link: linkSchema
    .nullable()
    .optional()
    .describe("between clients and server, instead of the scenarios' own; null for none of it"),
  blocks: count,
  loadProcesses: count,
  transports: z.array(z.string()).describe("asked for, in the order reports show them"),
  scenarios: z.array(
    z.strictObject({ name: z.string(), summary: z.string(), params: z.record(z.string(), z.number()) }),
  ),
  environment: environmentSchema,
  plans: z.record(z.string(), planSchema).describe("every plan that ran, by its hash"),
  trials: z.array(trialSchema),
  anatomies: z
    .array(z.union([anatomySchema, noAnatomySchema]))
    .describe(
      "what the bytes are for, by transport and scenario, from passes beside the trials; none in a quick run",
    ),
  journeys: z
    .array(journeyEntrySchema)
    .optional()
    .describe("one notification on each wire, recorded beside the trials; absent in older results"),
});

export type Latency = z.infer<typeof latencySchema>;
export type Metrics = z.infer<typeof metricsSchema>;
export type Trial = z.infer<typeof trialSchema>;
export type Environment = z.infer<typeof environmentSchema>;
export type Results = z.infer<typeof resultsSchema>;
