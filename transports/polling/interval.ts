import { DEFAULT_HEARTBEAT } from "../../core/heartbeat.ts";

/** How often a client polls unless it says otherwise. */
export const DEFAULT_EVERY_MS = 1_000;

const LEAST_MS = 10;
/** A poll is the client's heartbeat. */
const MOST_MS = DEFAULT_HEARTBEAT.intervalMs;

/** `250ms` or `5s` in milliseconds; undefined for what is no such interval, or one below 10 ms or above the heartbeat's. */
export function readInterval(text: string): number | undefined {
  const [, digits, unit] = /^([1-9]\d{0,6})(ms|s)$/.exec(text) ?? [];
  const ms = Number(digits) * (unit === "s" ? 1_000 : 1);
  return ms >= LEAST_MS && ms <= MOST_MS ? ms : undefined;
}
