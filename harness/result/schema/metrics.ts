import { z } from "zod";
import { agentsSchema } from "./agents.ts";
import { browserFiguresSchema } from "./browser.ts";
import { clusterFiguresSchema } from "./cluster.ts";
import {
  faultSchema,
  intervalSchema,
  resumptionSchema,
  sharedLinkSchema,
  slicedSchema,
  warmupSchema,
} from "./course.ts";
import { drainedSchema, latencySchema, splitSchema } from "./latency.ts";
import { hostSchema, memorySchema, processSchema } from "./resources.ts";
import { count, micros, ratio, share } from "./units.ts";

/** As many faults as a plan may have, and more than a run has processes. */
const MOST_LISTED = 1_000;
/** Of a measured time in 600 intervals at the most, and a drain of an hour in intervals of a second. */
const MOST_INTERVALS = 4_300;

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
    .max(MOST_LISTED)
    .optional()
    .describe("the faults of the trial, and what they did to the connections"),
  resumption: resumptionSchema.optional().describe("for plans with faults and one topic"),
  apartDeliveries: count
    .optional()
    .describe(
      "deliveries to users who misbehave on purpose, which count in nothing else; present if there are such users",
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
    "publishes x live subscribers of their channels; where resumption is given, of the publishes that the server accepted",
  ),
  delivered: count.describe("expected deliveries that arrived, each counted once"),
  lost: count.describe("expected - delivered, after the drain"),
  duplicated: count.describe("deliveries that had come before"),
  reordered: count.describe(
    "deliveries that came after a later one of the same publisher on the same channel",
  ),
  receiptsExpected: count.describe("read receipts due: one for each delivery to a user that marks as read"),
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
  serverRssBytes: count
    .optional()
    .describe(
      "resident memory of the server process at the end of the measured time; what is the server's own is absent where its process is not the lab's",
    ),
  serverRssAboveEmptyBytes: z
    .int()
    .optional()
    .describe(
      "serverRssBytes - resident memory of the server before any client connected, after a forced garbage collection; absent in older results",
    ),
  serverHeapUsedBytes: count.optional(),
  serverExternalBytes: count.optional(),
  serverLoopUtilization: share.optional(),
  memoryPerConnection: memorySchema.optional(),
  tcpBytesPerDelivery: ratio
    .optional()
    .describe(
      "TCP payload both ways on the server's raw sockets / delivered; includes publishes, acknowledgements and receipts, and heartbeats except in launches",
    ),
  tcpBytesInPerDelivery: ratio.optional(),
  tcpBytesOutPerDelivery: ratio.optional(),
  wireBytesPerDelivery: ratio
    .optional()
    .describe(
      "IP bytes both ways / delivered: TCP and IP headers and acknowledgements included; measured in a network namespace of the trial's own, absent where there is none",
    ),
  connections: count.describe("client connections that were open when the measurement began"),
  sockets: count.optional().describe("TCP connections the server held then"),
  connectSeconds: ratio.describe("from the first connection opened to the last subscription acknowledged"),
  slowDisconnects: count.optional().describe("subscribers the server disconnected because they did not read"),
  mostHeldBytes: count
    .optional()
    .describe(
      "the most unread bytes that the server held for one subscriber, counted as for its limit, from the first connection on",
    ),
  heldBoundBytes: count
    .optional()
    .describe("the limit for that: beyond it a subscriber is disconnected, or loses its oldest events"),
  dropped: count.optional().describe("events the server dropped for subscribers that did not read"),
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
  cluster: clusterFiguresSchema
    .optional()
    .describe(
      "present where the service ran on several nodes or beside engines; the server's own figures are then those of all nodes together",
    ),
  agents: agentsSchema
    .optional()
    .describe("present where agents ran the load: who, and how well their clocks are known"),
  browser: browserFiguresSchema
    .optional()
    .describe(
      "what clients in a browser's page got of the same plan, after the trial and in processes of its own, so that the browser is in none of the other figures",
    ),
  reconnects: count.describe("connections lost and restored during the measured time"),
  drained: drainedSchema
    .optional()
    .describe(
      "present if most subscribers were drained below their clients: latencies are then measured on the probes only",
    ),
  split: splitSchema
    .optional()
    .describe("whose time the delivery latency is, from traced publishes; absent where a link is between"),
  warmup: warmupSchema,
  sliced: slicedSchema.optional().describe("present where the trial was measured in slices of a launch"),
  host: hostSchema.describe("what else the machine did in the measured time"),
  processes: z.array(processSchema).max(MOST_LISTED),
  timeline: z
    .array(intervalSchema)
    .max(MOST_INTERVALS)
    .describe(
      "the measured time and the drain in intervals of a second, or 600 intervals; the slices where it was measured in those",
    ),
});

export type Metrics = z.infer<typeof metricsSchema>;
