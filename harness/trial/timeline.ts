import { mergeWindows, windowQuantile } from "../measurement/window-series.ts";
import { present } from "../result/present.ts";
import type { Metrics } from "../result/result.ts";
import type { Observation } from "./observation.ts";

/** The measured time and the drain, interval by interval, as server and load processes saw them. */
export function timelineOf({ server, loads, intervalMs, plan, external }: Observation): Metrics["timeline"] {
  const reports = loads.map((load) => load.report);
  const sunk = reports.flatMap(({ role, drained }) =>
    role === "sinks" && drained ? [drained.byInterval] : [],
  );
  const whole = Math.ceil(plan.phases.measureMs / intervalMs);
  const intervals = Math.max(
    whole,
    ...reports.map((report) => Math.max(report.windows.length, report.publishesByInterval.length)),
    ...sunk.map((byInterval) => byInterval.length),
  );
  return Array.from({ length: intervals }, (_, index) => {
    const window = mergeWindows(reports.flatMap((report) => report.windows[index] ?? []));
    const p50 = windowQuantile(window, 0.5);
    const p99 = windowQuantile(window, 0.99);
    const ofServer = external ? undefined : server.timeline[index];
    return {
      fromSeconds: (index * intervalMs) / 1_000,
      seconds: intervalMs / 1_000,
      publishes: reports.reduce((sum, report) => sum + (report.publishesByInterval[index] ?? 0), 0),
      deliveries: window.count + sunk.reduce((sum, byInterval) => sum + (byInterval[index] ?? 0), 0),
      ...(p50 === undefined || p99 === undefined
        ? {}
        : {
            deliveryP50Us: Math.min(round(p50), Math.ceil(window.maxUs)),
            deliveryP99Us: Math.min(round(p99), Math.ceil(window.maxUs)),
            deliveryMaxUs: Math.ceil(window.maxUs),
          }),
      ...(ofServer
        ? {
            serverCpuUserUs: ofServer.cpuUserUs,
            serverCpuSystemUs: ofServer.cpuSystemUs,
            serverRssBytes: ofServer.rssBytes,
            ...present({ serverLoopUtilization: ofServer.loopUtilization }),
          }
        : {}),
    };
  });
}

function round(us: number): number {
  return Math.round(us * 10) / 10;
}
