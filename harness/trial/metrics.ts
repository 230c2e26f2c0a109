import { DEFAULT_MAX_BUFFERED_BYTES } from "../../transports/port/defaults.ts";
import { mergeLatencies } from "../measurement/histogram.ts";
import { hostNoise } from "../measurement/host-noise.ts";
import { loopUtilization, type ProcessSample } from "../measurement/process-monitor.ts";
import type { LoadReport } from "../processes/messages.ts";
import type { Metrics } from "../result/result.ts";
import { type BurstTotals, burstUtilization } from "../tracing/bursts.ts";
import { splitOf } from "../tracing/split.ts";
import { achievedShare } from "./achieved.ts";
import { aboveEmpty, slopeOf } from "./memory-slope.ts";
import type { Observation } from "./observation.ts";
import { faultsOf, resumptionOf } from "./recovery.ts";
import { sharedLinkOf } from "./shared-link.ts";
import { timelineOf } from "./timeline.ts";

/** Turns observations into the figures of the result; nothing is estimated, and what was not measured is absent. */
export function computeMetrics(observation: Observation): Metrics {
  const { plan, connectSeconds, connections, measureStartUs, server, loads } = observation;
  const reports = loads.map((load) => load.report);
  const sum = (pick: (report: LoadReport) => number) =>
    reports.reduce((total, report) => total + pick(report), 0);
  const publishes = sum((report) => report.count.publishes);
  const resumption = resumptionOf(observation);
  // What the server never accepted, because it was away, nobody can wait for.
  const expected = resumption?.due ?? sum((report) => report.count.expected);
  const drained = drainedOf(reports, publishes);
  const delivered = sum((report) => report.deliveries.delivered) + (drained?.figures.deliveries ?? 0);
  const failed = Object.values(mergeFailures(reports)).reduce((total, count) => total + count, 0);
  const measureSeconds = plan.phases.measureMs / 1_000;
  const lastDeliveryUs = Math.max(
    0,
    ...reports.map(({ lastDeliveryUs: last, drained: own }) => Math.max(last, own?.lastUs ?? 0)),
  );
  const measuredSeconds = Math.max(measureSeconds, (lastDeliveryUs - measureStartUs) / 1_000_000);
  const { before, after } = server;
  const { external = false, native = false } = observation;
  const userUs = after.process.cpuUserUs - before.process.cpuUserUs;
  const systemUs = after.process.cpuSystemUs - before.process.cpuSystemUs;
  const bytes = external || native ? bytesOfClients(loads) : bytesBetween(before, after);
  const wireBytes =
    before.wireBytes === undefined || after.wireBytes === undefined
      ? undefined
      : after.wireBytes - before.wireBytes;
  const everyProcess = processes(observation);

  const latencies = {
    deliveryLatencyUs: mergeLatencies(
      reports.map((report) => report.deliveryLatency),
      publishes,
    ),
    serviceLatencyUs: mergeLatencies(
      reports.map((report) => report.serviceLatency),
      publishes,
    ),
    publishLatencyUs: mergeLatencies(
      reports.map((report) => report.publishLatency),
      publishes - failed,
    ),
    receiptLatencyUs: mergeLatencies(
      reports.map((report) => report.receiptLatency),
      publishes,
    ),
    sendLagUs: mergeLatencies(
      reports.map((report) => report.sendLag),
      publishes,
    ),
  };
  const perDelivery = {
    ...(external
      ? {}
      : {
          serverCpuUsPerDelivery: (userUs + systemUs) / delivered,
          serverCpuUserUsPerDelivery: userUs / delivered,
          serverCpuSystemUsPerDelivery: systemUs / delivered,
        }),
    ...(bytes && {
      tcpBytesPerDelivery: (bytes.bytesIn + bytes.bytesOut) / delivered,
      tcpBytesInPerDelivery: bytes.bytesIn / delivered,
      tcpBytesOutPerDelivery: bytes.bytesOut / delivered,
    }),
    ...present({ wireBytesPerDelivery: wireBytes === undefined ? undefined : wireBytes / delivered }),
  };
  const split = splitOf(
    server.trace,
    reports.map(({ trace }) => trace),
  );
  const timeline = timelineOf(observation);
  const hours = measureSeconds / 3_600;
  const withoutTraffic = plan.traffic.length === 0 && connections > 0;
  const ofFaults = {
    readyLatencyUs: mergeLatencies(
      reports.map((report) => report.readyLatency),
      connections,
    ),
    faults: faultsOf({ ...observation, timeline }),
    resumption,
    serverRssPeakGrowthBytes: peakGrowth(observation, timeline),
    apartDeliveries: plan.groups.some((group) => group.apart)
      ? sum((report) => report.apartDeliveries)
      : undefined,
    tcpBytesPerConnectionHour:
      withoutTraffic && bytes ? (bytes.bytesIn + bytes.bytesOut) / connections / hours : undefined,
  };
  return {
    ...present(latencies),
    ...present(ofFaults),
    ...present({ split, drained: drained?.figures }),
    publishes,
    publishFailures: mergeFailures(reports),
    expected,
    delivered,
    lost: Math.max(0, expected - delivered),
    duplicated: sum((report) => report.deliveries.duplicated) + (drained?.beyond ?? 0),
    reordered: sum((report) => report.deliveries.reordered),
    receiptsExpected: sum((report) => report.count.receiptsExpected),
    receiptsReceived: sum((report) => report.count.receiptsReceived),
    offeredPerSecond: plan.traffic.reduce((total, traffic) => total + traffic.ratePerSecond, 0),
    achievedShare: achievedShare(plan.phases.measureMs, measureStartUs, reports),
    sendsChecksum: reports
      .reduce((total, report) => (total + report.sendsChecksum) % Number.MAX_SAFE_INTEGER, 0)
      .toString(16)
      .padStart(14, "0"),
    backlogAtEnd: observation.backlogAtEnd,
    deliveriesPerSecond: delivered / measuredSeconds,
    measuredSeconds,
    ...(delivered > 0 ? perDelivery : {}),
    ...(external ? {} : ofServer(observation)),
    connections,
    connectSeconds,
    ...present({
      cluster: clusterOf(observation, publishes, delivered, reports),
      droppedSegments: observation.droppedSegments,
      sharedLink: sharedLinkOf(plan.link, observation.sharedLink),
    }),
    reconnects: sum((report) => report.reconnects),
    warmup: warmupOf(observation),
    host: hostNoise(
      observation.host.before,
      observation.host.after,
      observation.ownCpuUs +
        everyProcess.reduce((total, one) => total + one.cpuUserUs + one.cpuSystemUs, 0) +
        enginesCpuUs(observation),
    ),
    processes: everyProcess,
    timeline,
  };
}

/** What only the server's own process knows. */
function ofServer(observation: Observation): Partial<Metrics> {
  const { before, after } = observation.server;
  const { native = false } = observation;
  return {
    serverRssBytes: after.process.rssBytes,
    ...present({ serverRssAboveEmptyBytes: aboveEmpty(observation.memorySteps, after.process.rssBytes) }),
    serverHeapUsedBytes: after.process.heapUsedBytes,
    serverExternalBytes: after.process.externalBytes,
    serverLoopUtilization: loopUtilization(before.process, after.process),
    memoryPerConnection: memoryOf(observation),
    ...(native ? {} : { sockets: before.sockets }),
    slowDisconnects: after.slowDisconnects - before.slowDisconnects,
    mostHeldBytes: after.mostHeldBytes,
    heldBoundBytes: observation.plan.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED_BYTES,
    dropped: after.dropped - before.dropped,
  };
}

type Bytes = Pick<Observation["server"]["after"], "bytesIn" | "bytesOut">;

function bytesBetween(before: Bytes, after: Bytes): Bytes {
  return { bytesIn: after.bytesIn - before.bytesIn, bytesOut: after.bytesOut - before.bytesOut };
}

/** As the server would have counted them: in is what clients sent. Undefined where a load process could not count. */
function bytesOfClients(loads: Observation["loads"]): Bytes | undefined {
  const all = loads.flatMap(({ before, after }) =>
    before.tcp && after.tcp ? [bytesBetween(before.tcp, after.tcp)] : [],
  );
  if (all.length < loads.length) return undefined;
  return {
    bytesIn: all.reduce((sum, one) => sum + one.bytesIn, 0),
    bytesOut: all.reduce((sum, one) => sum + one.bytesOut, 0),
  };
}

/** Of the trial's own engines, which are no strangers to it. */
function enginesCpuUs({ cluster, plan }: Observation): number {
  const isOwnRedis = plan.cluster?.redisAt === undefined;
  return (isOwnRedis ? (cluster?.backplane?.cpuUs ?? 0) : 0) + (cluster?.balancer?.cpuUs ?? 0);
}

/** Per delivery and per publish, as the server's own figures are. */
function clusterOf(
  { cluster }: Observation,
  publishes: number,
  delivered: number,
  reports: readonly LoadReport[],
): Metrics["cluster"] {
  if (!cluster) return undefined;
  const { backplane, balancer, sessionsBefore, sessionsAfter } = cluster;
  const same = mergeLatencies(
    reports.flatMap(({ nodeLatency }) => nodeLatency?.same ?? []),
    publishes,
  );
  const other = mergeLatencies(
    reports.flatMap(({ nodeLatency }) => nodeLatency?.other ?? []),
    publishes,
  );
  const each = (value: number | undefined, of: number) =>
    value === undefined || of === 0 ? undefined : value / of;
  return {
    nodes: sessionsBefore.map((clientsBefore, node) => ({
      clientsBefore,
      clientsAfter: sessionsAfter[node] ?? 0,
    })),
    ...present({
      backplaneCpuUsPerDelivery: each(backplane?.cpuUs, delivered),
      backplaneCommandsPerPublish: each(backplane?.commands, publishes),
      backplaneBytesInPerPublish: each(backplane?.bytesIn, publishes),
      backplaneBytesOutPerPublish: each(backplane?.bytesOut, publishes),
      backplaneMemoryBytes: backplane?.memoryBytes,
      sameNodeDeliveries: same?.count,
      sameNodeP50Us: same?.p50,
      sameNodeP99Us: same?.p99,
      otherNodeDeliveries: other?.count,
      otherNodeP50Us: other?.p50,
      otherNodeP99Us: other?.p99,
      balancerCpuUsPerDelivery: each(balancer?.cpuUs, delivered),
    }),
  };
}

/** Undefined without faults, or when they are too early to tell what was before. */
function peakGrowth(
  { faults, measureStartUs, server }: Observation,
  timeline: Metrics["timeline"],
): number | undefined {
  const [first] = faults;
  if (!first) return undefined;
  const began = (first.beganUs - measureStartUs) / 1_000_000;
  const before = timeline.filter((one) => one.fromSeconds + one.seconds <= began);
  const base = before.at(-1)?.serverRssBytes ?? server.before.process.rssBytes;
  const after = timeline.filter((one) => one.fromSeconds + one.seconds > began);
  return Math.max(0, ...after.flatMap((one) => one.serverRssBytes ?? [])) - base;
}

function memoryOf({ memorySteps, native }: Observation): NonNullable<Metrics["memoryPerConnection"]> {
  const rss = slopeOf(memorySteps, "rssBytes");
  // What its connections hold is in neither.
  const heapAndExternal = native ? undefined : slopeOf(memorySteps, "heapAndExternalBytes");
  return { steps: [...memorySteps], ...present({ rss, heapAndExternal }) };
}

function warmupOf({ warmUp: { seconds, latency, cpu }, external }: Observation): Metrics["warmup"] {
  const both = latency && cpu;
  return {
    seconds,
    steadiness: !both ? "not judged" : latency.steady && cpu.steady ? "steady" : "unsteady",
    ...(both ? { latencyDrift: latency.change } : {}),
    ...(both && !external ? { cpuDrift: cpu.change } : {}),
  };
}

function mergeFailures(reports: readonly LoadReport[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const { publishFailures } of reports) {
    for (const [code, count] of Object.entries(publishFailures)) merged[code] = (merged[code] ?? 0) + count;
  }
  return merged;
}

function processes({ server, loads, external }: Observation): Metrics["processes"] {
  return [
    ...(external ? [] : [processFigures("server", server.before.process, server.after.process, 0)]),
    ...loads.map(({ before, after, report }) => ({
      ...processFigures("load", before.process, after.process, after.spunUs - before.spunUs),
      part: report.role,
      ...burstFigures(report.trace.bursts),
    })),
  ];
}

/** What sinks counted, held against the probes; more bodies than there were publishes came twice. */
function drainedOf(reports: readonly LoadReport[], publishes: number) {
  const probes = reports.flatMap(({ role, drained }) => (role === "probes" && drained ? [drained] : []));
  const sinks = reports.flatMap(({ role, drained }) => (role === "sinks" && drained ? [drained] : []));
  if (probes.length + sinks.length === 0) return undefined;
  const bodies = sinks.flatMap((one) => one.bodies);
  const bytes = sinks.flatMap((one) => one.bytes);
  const ofProbes = new Set(probes.flatMap((one) => one.bytes));
  const complete = probes.flatMap((one) => one.bodies).every((count) => count === publishes);
  const unlike = bytes.filter(
    (count, index) => complete && bodies[index] === publishes && ofProbes.size > 0 && !ofProbes.has(count),
  );
  return {
    figures: {
      probes: probes.reduce((total, one) => total + one.bodies.length, 0),
      sinks: bodies.length,
      deliveries: bodies.reduce((total, count) => total + Math.min(count, publishes), 0),
      unlike: unlike.length,
    },
    beyond: bodies.reduce((total, count) => total + Math.max(0, count - publishes), 0),
  };
}

function burstFigures(bursts: BurstTotals): Partial<Metrics["processes"][number]> {
  const utilization = burstUtilization(bursts);
  return utilization === undefined ? {} : { burstUtilization: utilization, burstUs: bursts.us };
}

function processFigures(
  role: "server" | "load",
  before: ProcessSample,
  after: ProcessSample,
  spunUs: number,
): Metrics["processes"][number] {
  return {
    role,
    loopUtilization: loopUtilization(before, after, spunUs),
    spunUs: Math.max(0, Math.round(spunUs)),
    cpuUserUs: after.cpuUserUs - before.cpuUserUs,
    cpuSystemUs: after.cpuSystemUs - before.cpuSystemUs,
    rssBytes: after.rssBytes,
    gcPauses: after.gcPauses - before.gcPauses,
    gcPausedUs: after.gcPausedUs - before.gcPausedUs,
    gcLongestUs: after.gcLongestUs,
    loopDelayP99Us: after.loopDelayP99Us,
    loopDelayMaxUs: after.loopDelayMaxUs,
  };
}

/** The same object without the fields that are undefined. */
function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
