import { setTimeout as sleep } from "node:timers/promises";
import { nowUs } from "../measurement/clock.ts";

/**
 * Waits for that moment of this process's clock. It alone keeps no process alive: a run that was ended has nothing to wait for. Rejects when
 * the signal is aborted.
 */
export function sleepUntil(dueUs: number, signal?: AbortSignal): Promise<void> {
  return sleep(Math.max(0, (dueUs - nowUs()) / 1_000), undefined, { ref: false, signal });
}
