import type { Plan } from "../scenarios/plan.ts";
import { mergeLatencies } from "./measurement/histogram.ts";
import { loopUtilization, type ProcessSample } from "./measurement/process-sample.ts";
import type { LoadReport, ServerSample } from "./processes/messages.ts";
import type { Metrics } from "./result.ts";

/** What one trial brought back from its processes; times by the monotonic clock. */
export interface Observation {
  readonly plan: Plan;
  readonly connectSeconds: number;
  readonly connections: number;
  /** When the measured part of the schedule begins. */
  readonly measureStartUs: number;
  readonly server: { readonly before: ServerSample; readonly after: ServerSample };
  readonly loads: readonly {
    readonly before: ProcessSample;
    readonly after: ProcessSample;
    readonly report: LoadReport;
  }[];
}

/** Turns observations into the figures of the result; nothing is estimated, and what was not measured is absent. */
export function computeMetrics({
  plan,
  connectSeconds,
  connections,
  measureStartUs,
  server,
  loads,
}: Observation): Metrics {
  const reports = loads.map((load) => load.report);
  const sum = (pick: (report: LoadReport) => number) =>
    reports.reduce((total, report) => total + pick(report), 0);
  const publishes = sum((report) => report.count.publishes);
  const expected = sum((report) => report.count.expected);
  const delivered = sum((report) => report.deliveries.delivered);
  const failed = Object.values(mergeFailures(reports)).reduce((total, count) => total + count, 0);
  const measureSeconds = plan.phases.measureMs / 1_000;
  const lastDeliveryUs = Math.max(0, ...reports.map((report) => report.lastDeliveryUs));
  const measuredSeconds = Math.max(measureSeconds, (lastDeliveryUs - measureStartUs) / 1_000_000);
  const { before, after } = server;
  const userUs = after.process.cpuUserUs - before.process.cpuUserUs;
  const systemUs = after.process.cpuSystemUs - before.process.cpuSystemUs;
  const bytesIn = after.bytesIn - before.bytesIn;
  const bytesOut = after.bytesOut - before.bytesOut;

  const latencies = {
    deliveryLatencyUs: mergeLatencies(
      reports.map((report) => report.deliveryLatency),
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
    serverCpuUsPerDelivery: (userUs + systemUs) / delivered,
    serverCpuUserUsPerDelivery: userUs / delivered,
    serverCpuSystemUsPerDelivery: systemUs / delivered,
    tcpBytesPerDelivery: (bytesIn + bytesOut) / delivered,
    tcpBytesInPerDelivery: bytesIn / delivered,
    tcpBytesOutPerDelivery: bytesOut / delivered,
  };
  return {
    ...present(latencies),
    publishes,
    publishFailures: mergeFailures(reports),
    expected,
    delivered,
    lost: Math.max(0, expected - delivered),
    duplicated: sum((report) => report.deliveries.duplicated),
    reordered: sum((report) => report.deliveries.reordered),
    receiptsExpected: sum((report) => report.count.receiptsExpected),
    receiptsReceived: sum((report) => report.count.receiptsReceived),
    offeredPerSecond: plan.traffic.reduce((total, traffic) => total + traffic.ratePerSecond, 0),
    publishesPerSecond: publishes / measureSeconds,
    deliveriesPerSecond: delivered / measuredSeconds,
    measuredSeconds,
    ...(delivered > 0 ? perDelivery : {}),
    serverRssBytes: after.process.rssBytes,
    serverHeapUsedBytes: after.process.heapUsedBytes,
    serverExternalBytes: after.process.externalBytes,
    serverLoopUtilization: loopUtilization(before.process, after.process),
    connections,
    sockets: before.sockets,
    connectSeconds,
    slowDisconnects: after.slowDisconnects - before.slowDisconnects,
    dropped: after.dropped - before.dropped,
    reconnects: sum((report) => report.reconnects),
    processes: [
      processFigures("server", before.process, after.process),
      ...loads.map((load) => processFigures("load", load.before, load.after)),
    ],
  };
}

function mergeFailures(reports: readonly LoadReport[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const { publishFailures } of reports) {
    for (const [code, count] of Object.entries(publishFailures)) merged[code] = (merged[code] ?? 0) + count;
  }
  return merged;
}

function processFigures(
  role: "server" | "load",
  before: ProcessSample,
  after: ProcessSample,
): Metrics["processes"][number] {
  return {
    role,
    loopUtilization: loopUtilization(before, after),
    cpuUserUs: after.cpuUserUs - before.cpuUserUs,
    cpuSystemUs: after.cpuSystemUs - before.cpuSystemUs,
    rssBytes: after.rssBytes,
  };
}

/** The same object without the fields that are undefined. */
function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
