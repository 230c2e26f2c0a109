import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { nowUs } from "../measurement/clock.ts";

export interface StallTiming {
  readonly firstMs: number;
  readonly everyMs: number;
  readonly lengthMs: number;
  readonly count: number;
}

/** One stop of a process as it really was; times by the clock. */
export interface Stall {
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * Stops a process again and again from outside (SIGSTOP, SIGCONT), beginning some time from now: nothing inside of it can soften the
 * stall. Settles with what was done; the process runs on in any case, also when the signal aborts, which rejects.
 */
export async function stallProcess(
  pid: number,
  { firstMs, everyMs, lengthMs, count }: StallTiming,
  signal: AbortSignal,
): Promise<Stall[]> {
  const beganUs = nowUs();
  const stalls: Stall[] = [];
  const go = () => void process.kill(pid, "SIGCONT");
  for (let index = 0; index < count; index += 1) {
    await reach(beganUs + (firstMs + index * everyMs) * 1_000, signal);
    process.once("exit", go);
    const fromUs = nowUs();
    process.kill(pid, "SIGSTOP");
    try {
      await reach(fromUs + lengthMs * 1_000, signal);
    } finally {
      go();
      stalls.push({ fromUs, toUs: nowUs() });
      process.off("exit", go);
    }
  }
  return stalls;
}

/** A timer for most of it, then turns of the event loop. */
async function reach(dueUs: number, signal: AbortSignal): Promise<void> {
  const aheadMs = (dueUs - nowUs()) / 1_000 - 2;
  if (aheadMs > 0) await sleep(aheadMs, undefined, { signal });
  while (nowUs() < dueUs) await turn(undefined, { signal });
}

/**
 * The quantile `q` of the latencies of an even stream of sends over `totalUs` in which nothing but the stalls delays: a send at moment x
 * of a stall of length S waits S - x. With f the stalled share of the time it is S(1 - (1-q)/f).
 */
export function stalledQuantileUs(stalls: readonly Stall[], totalUs: number, q: number): number {
  const stalledUs = stalls.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
  const meanUs = stalledUs / stalls.length;
  return meanUs * (1 - ((1 - q) * totalUs) / stalledUs);
}
