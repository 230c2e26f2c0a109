import { mergeLatencies } from "../measurement/histogram.ts";
import { hostNoise } from "../measurement/host-noise.ts";
import type { LoadReport } from "../processes/messages.ts";
import { present } from "../result/present.ts";
import type { Metrics } from "../result/result.ts";
import { splitOf } from "../tracing/split.ts";
import { achievedShare } from "./achieved.ts";
import { agentsOf } from "./agent-figures.ts";
import { bytesBetween, bytesOfClients } from "./byte-figures.ts";
import { clusterOf, enginesCpuUs } from "./cluster-figures.ts";
import { drainedOf } from "./drained-figures.ts";
import type { Observation } from "./observation.ts";
import { processFigures } from "./process-figures.ts";
import { faultsOf, resumptionOf } from "./recovery.ts";
import { ofServer, peakGrowth } from "./server-figures.ts";
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
  const everyProcess = processFigures(observation);
  const isServerElsewhere = external || observation.agents?.server.elsewhere === true;
  const ofThisMachine = processFigures({
    ...observation,
    external: isServerElsewhere,
    loads: loads.filter((load) => !load.elsewhere),
  });

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
      agents: agentsOf([observation]),
      droppedSegments: observation.droppedSegments,
      sharedLink: sharedLinkOf(plan.link, observation.sharedLink),
    }),
    reconnects: sum((report) => report.reconnects),
    warmup: warmupOf(observation),
    host: hostNoise(
      observation.host.before,
      observation.host.after,
      observation.ownCpuUs +
        ofThisMachine.reduce((total, one) => total + one.cpuUserUs + one.cpuSystemUs, 0) +
        enginesCpuUs(observation),
    ),
    processes: everyProcess,
    timeline,
  };
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
