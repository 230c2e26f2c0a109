import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** What the host did up to a moment; two readings make a figure. A field is undefined where the system does not offer it. */
export interface HostReading {
  readonly atMs: number;
  /** Time in which some task waited for a CPU (Linux pressure stall information), microseconds. */
  readonly pressureUs: number | undefined;
  /** CPU time of all, in ticks: stolen by the hypervisor, and spent on anything. */
  readonly stolenTicks: number | undefined;
  readonly busyMs: number;
  readonly totalMs: number;
}

export interface HostNoise {
  /** Share of the time in which some task waited for a CPU, 0 to 1. */
  readonly cpuPressure?: number;
  /** Share of all CPU time that the hypervisor gave to others, 0 to 1. */
  readonly steal?: number;
  /** CPU time spent outside of the trial's processes, in CPUs: 0.5 is half a core. */
  readonly otherCpus: number;
}

export function readHost(): HostReading {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq;
    busyMs += busy;
    totalMs += busy + times.idle;
  }
  return {
    atMs: performance.now(),
    pressureUs: numberIn("/proc/pressure/cpu", /^some .*total=(\d+)/m),
    stolenTicks: numberIn("/proc/stat", /^cpu +(?:\d+ +){7}(\d+)/m),
    busyMs,
    totalMs,
  };
}

/** `ownCpuUs` is what the trial's own processes used between the two readings. */
export function hostNoise(before: HostReading, after: HostReading, ownCpuUs: number): HostNoise {
  const elapsedMs = Math.max(1, after.atMs - before.atMs);
  const totalMs = Math.max(1, after.totalMs - before.totalMs);
  const pressureUs = difference(before.pressureUs, after.pressureUs);
  const stolen = difference(before.stolenTicks, after.stolenTicks);
  const otherMs = after.busyMs - before.busyMs - ownCpuUs / 1_000;
  return {
    ...(pressureUs === undefined ? {} : { cpuPressure: Math.min(1, pressureUs / 1_000 / elapsedMs) }),
    // A tick is 10 ms on every Linux that Node.js runs on.
    ...(stolen === undefined ? {} : { steal: Math.min(1, (stolen * 10) / totalMs) }),
    otherCpus: Math.max(0, otherMs / elapsedMs),
  };
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : Math.max(0, after - before);
}

function numberIn(path: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(path, "utf8"))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined; // not Linux, or a kernel without it
  }
}
