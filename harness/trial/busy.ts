import { cpus } from "node:os";
import type { Metrics } from "../result/result.ts";

type Process = Metrics["processes"][number];

/** With so many processors or fewer, another load process would only share one. */
export const FEW_PROCESSORS = 2;

/** How busy the busiest of the load processes was whose latencies count, as a share of the time. */
export function loadBusy(metrics: Metrics): number {
  return busiest(metrics, ({ part }) => part !== "sinks")?.loopUtilization ?? 0;
}

/** Sinks delay nobody's latency, but what they don't read in time looks like a slow server. */
export function sinksBusy(metrics: Metrics): number {
  return busiest(metrics, ({ part }) => part === "sinks")?.loopUtilization ?? 0;
}

/** What to do about a load process that has too much to do: more of them help where there are processors for them, and the probes are always in one. */
export function relief(metrics: Metrics, processors = cpus().length): string {
  if (busiest(metrics, ({ part }) => part !== "sinks")?.part === "probes")
    return "lower --rate: the probes, who follow everything, are in one process";
  return processors > FEW_PROCESSORS
    ? "lower --rate or raise --load-processes"
    : "lower --rate: on this machine more load processes would share a CPU";
}

function busiest({ processes }: Metrics, which: (process: Process) => boolean): Process | undefined {
  return processes
    .filter((one) => one.role === "load" && which(one))
    .reduce<Process | undefined>(
      (most, one) => ((one.loopUtilization ?? 0) > (most?.loopUtilization ?? -1) ? one : most),
      undefined,
    );
}
