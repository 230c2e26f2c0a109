import { z } from "zod";
import type { LoadReply, ServerReply } from "../processes/messages.ts";
import { float64Column, uint32Column } from "./columns.ts";

/*
 * What an agent's processes may answer. A controller merges it into its results, so it is held to its form as those are.
 */

const MOST = {
  /** A histogram's places, each with its count. */
  counts: 60_000,
  users: 40_000,
  outages: 100_000,
  intervals: 10_000,
  addresses: 100_000,
  slices: 20_000,
  codes: 50,
  nodes: 10_000,
  characters: 2_000,
};

const amount = z.number().min(0).max(1e15);
const figure = z.number().min(-1e15).max(1e15);
const count = z.int().min(0);
const text = z.string().max(MOST.characters);

const processSample = z.strictObject({
  cpuUserUs: amount,
  cpuSystemUs: amount,
  loopActiveMs: figure,
  loopIdleMs: figure,
  rssBytes: amount,
  heapUsedBytes: amount,
  externalBytes: amount,
  gcPauses: amount,
  gcPausedUs: amount,
  gcLongestUs: amount,
  loopDelayP99Us: amount,
  loopDelayMaxUs: amount,
});

const loadSample = z.strictObject({
  process: processSample,
  spunUs: figure,
  tcp: z.strictObject({ bytesIn: amount, bytesOut: amount }).exactOptional(),
});

const loadCount = z.strictObject({
  sendsSettled: z.boolean(),
  publishes: count,
  expected: count,
  delivered: count,
  receiptsExpected: count,
  receiptsReceived: count,
  unmeasured: z.strictObject({ expected: count, delivered: count }),
  receiptsAwaited: z.int(),
});

const latency = z.strictObject({
  counts: z.array(amount).max(MOST.counts),
  negative: count,
  lowestUs: figure.exactOptional(),
});
const window = z.strictObject({ count, maxUs: amount, buckets: uint32Column });
const sides = z.strictObject({ first: amount, last: amount });
const leasts = z.strictObject({ first: figure, last: figure });

const loadReport = z.strictObject({
  count: loadCount,
  expectedByNode: z.array(count).max(MOST.nodes).exactOptional(),
  deliveries: z.strictObject({ delivered: count, duplicated: count, reordered: count }),
  publishFailures: z
    .record(z.string().max(100), count)
    .refine((codes) => Object.keys(codes).length <= MOST.codes, "it has too many codes"),
  readFailures: count,
  foreignBodies: count,
  reconnects: count,
  outages: z
    .array(
      z
        .strictObject({ user: count, lostUs: figure, backUs: figure.optional(), missed: z.boolean() })
        .transform(
          // A key that JSON leaves out is there in what load processes say.
          ({ backUs, ...rest }) => ({ ...rest, backUs }),
        ),
    )
    .max(MOST.outages),
  subscribers: z
    .array(z.strictObject({ user: count, delivered: count, replayed: count, informed: z.boolean() }))
    .max(MOST.users * 10),
  apartDeliveries: count,
  readyLatency: latency,
  lastSendUs: figure,
  lastDeliveryUs: figure,
  lagTrend: z.strictObject({ sends: sides, leastUs: leasts, endUs: figure }),
  sendsChecksum: count,
  deliveryLatency: latency,
  nodeLatency: z.strictObject({ same: latency, other: latency }).exactOptional(),
  serviceLatency: latency,
  publishLatency: latency,
  receiptLatency: latency,
  sendLag: latency,
  trace: z.strictObject({
    keys: float64Column,
    dueUs: float64Column,
    readUs: float64Column,
    receivedUs: float64Column,
    connections: uint32Column,
    addresses: z.array(text).max(MOST.addresses),
    bursts: z.strictObject({ us: figure, busyUs: figure }),
  }),
  role: z.enum(["clients", "probes", "sinks"]),
  drained: z
    .strictObject({
      bodies: z.array(count).max(MOST.addresses),
      bytes: z.array(count).max(MOST.addresses),
      lastUs: figure,
      // Of intervals in which nothing came, JSON says null.
      byInterval: z.array(count.nullable().transform((some) => some ?? 0)).max(MOST.intervals),
    })
    .optional(),
  windows: z.array(window).max(MOST.intervals),
  publishesByInterval: z.array(count.nullable().transform((some) => some ?? 0)).max(MOST.intervals),
});

const failed = z.strictObject({ kind: z.literal("failed"), reason: text });

export const loadReplySchema: z.ZodType<LoadReply> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("prepared") }),
  z.strictObject({ kind: z.literal("connected"), seconds: amount, connections: count }),
  z.strictObject({ kind: z.literal("started") }),
  z.strictObject({ kind: z.literal("halted") }),
  z.strictObject({ kind: z.literal("sampled"), sample: loadSample }),
  z.strictObject({ kind: z.literal("counted"), counted: loadCount }),
  z.strictObject({ kind: z.literal("window"), window }),
  z.strictObject({ kind: z.literal("taken"), report: loadReport }),
  z.strictObject({ kind: z.literal("finished"), report: loadReport }),
  z.strictObject({ kind: z.literal("scheduled") }),
  z.strictObject({
    kind: z.literal("collected"),
    slices: z
      .array(
        z.strictObject({
          before: loadSample,
          after: loadSample,
          counts: z.strictObject({ before: loadCount, end: loadCount, after: loadCount }),
          report: loadReport,
          lateUs: figure,
        }),
      )
      .max(MOST.slices),
  }),
  failed,
]);

const serverSample = z
  .strictObject({
    process: processSample,
    published: count,
    sessions: count,
    slowDisconnects: count,
    mostHeldBytes: amount,
    dropped: count,
    wireBytes: amount.optional(),
    bytesIn: amount,
    bytesOut: amount,
    sockets: count,
    openBytesIn: figure,
    openBytesOut: figure,
  })
  .transform(({ wireBytes, ...rest }) => ({ ...rest, wireBytes }));

const trace = z
  .strictObject({
    keys: float64Column,
    acceptedUs: float64Column,
    connections: uint32Column,
    writtenUs: float64Column,
    addresses: z.array(text).max(MOST.addresses),
  })
  .optional();

const interval = z.strictObject({
  cpuUserUs: figure,
  cpuSystemUs: figure,
  rssBytes: amount,
  loopUtilization: figure,
});

export const serverReplySchema: z.ZodType<ServerReply> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("serving"),
    endpoint: z.strictObject({
      url: z.string().max(MOST.characters),
      certificate: z.string().max(65_536).exactOptional(),
    }),
  }),
  z.strictObject({ kind: z.literal("settled"), rssBytes: amount, heapAndExternalBytes: amount }),
  z.strictObject({ kind: z.literal("sampled"), sample: serverSample }),
  z.strictObject({ kind: z.literal("restarted") }),
  z.strictObject({ kind: z.literal("watching") }),
  z.strictObject({ kind: z.literal("timeline"), intervals: z.array(interval).max(MOST.intervals) }),
  z
    .strictObject({ kind: z.literal("traced"), trace })
    .transform(({ trace: traced, ...rest }) => ({ ...rest, trace: traced })),
  z.strictObject({ kind: z.literal("scheduled") }),
  z.strictObject({
    kind: z.literal("collected"),
    slices: z
      .array(
        z
          .strictObject({ before: serverSample, after: serverSample, trace })
          .transform(({ trace: traced, ...rest }) => ({ ...rest, trace: traced })),
      )
      .max(MOST.slices),
  }),
  z.strictObject({ kind: z.literal("stopped") }),
  failed,
]);
