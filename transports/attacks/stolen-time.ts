import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** A tick is 10 ms on every Linux that Node.js runs on. */
const TICK_MS = 10;

/** Begins to watch; what it returns tells the share of the machine's CPU time since that the hypervisor gave to others, 0 where the system does not say. */
export function watchStolenTime(): () => number {
  const [beganMs, before] = [performance.now(), stolenMs()];
  return () => (stolenMs() - before) / Math.max(1, (performance.now() - beganMs) * cpus().length);
}

function stolenMs(): number {
  try {
    const ticks = /^cpu +(?:\d+ +){7}(\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
    return Number(ticks ?? 0) * TICK_MS;
  } catch {
    return 0; // not Linux
  }
}
