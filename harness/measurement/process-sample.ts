import { performance } from "node:perf_hooks";

/** What a process has used since it began; two samples make a measurement. */
export interface ProcessSample {
  readonly cpuUserUs: number;
  readonly cpuSystemUs: number;
  readonly loopActiveMs: number;
  readonly loopIdleMs: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
}

export function sampleProcess(): ProcessSample {
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const memory = process.memoryUsage();
  return {
    cpuUserUs: cpu.user,
    cpuSystemUs: cpu.system,
    loopActiveMs: loop.active,
    loopIdleMs: loop.idle,
    rssBytes: memory.rss,
    heapUsedBytes: memory.heapUsed,
    externalBytes: memory.external,
  };
}

/** Share of the time between two samples in which the event loop was busy, 0 to 1. */
export function loopUtilization(before: ProcessSample, after: ProcessSample): number {
  const active = after.loopActiveMs - before.loopActiveMs;
  const idle = after.loopIdleMs - before.loopIdleMs;
  return active + idle <= 0 ? 0 : Math.min(1, Math.max(0, active / (active + idle)));
}
