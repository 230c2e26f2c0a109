import { loopUtilization, type ProcessSample } from "../measurement/process-monitor.ts";
import type { Metrics } from "../result/result.ts";
import { type BurstTotals, burstUtilization } from "../tracing/bursts.ts";
import type { Observation } from "./observation.ts";

/** What each process of the trial did, the server's first; of one that is not ours nothing is known. */
export function processFigures({ server, loads, external }: Observation): Metrics["processes"] {
  return [
    ...(external ? [] : [figuresOf("server", server.before.process, server.after.process, 0)]),
    ...loads.map(({ before, after, report }) => ({
      ...figuresOf("load", before.process, after.process, after.spunUs - before.spunUs),
      part: report.role,
      ...burstFigures(report.trace.bursts),
    })),
  ];
}

function burstFigures(bursts: BurstTotals): Partial<Metrics["processes"][number]> {
  const utilization = burstUtilization(bursts);
  return utilization === undefined ? {} : { burstUtilization: utilization, burstUs: bursts.us };
}

function figuresOf(
  role: "server" | "load",
  before: ProcessSample,
  after: ProcessSample,
  spunUs: number,
): Metrics["processes"][number] {
  return {
    role,
    spunUs: Math.max(0, Math.round(spunUs)),
    cpuUserUs: after.cpuUserUs - before.cpuUserUs,
    cpuSystemUs: after.cpuSystemUs - before.cpuSystemUs,
    rssBytes: after.rssBytes,
    ...(after.isScant
      ? {}
      : {
          loopUtilization: loopUtilization(before, after, spunUs),
          gcPauses: after.gcPauses - before.gcPauses,
          gcPausedUs: after.gcPausedUs - before.gcPausedUs,
          gcLongestUs: after.gcLongestUs,
          loopDelayP99Us: after.loopDelayP99Us,
          loopDelayMaxUs: after.loopDelayMaxUs,
        }),
  };
}
