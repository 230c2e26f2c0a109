/** The one clock of every measured time: monotonic, and comparable across the processes of one host (CLOCK_MONOTONIC). */
export const CLOCK_NAME = "CLOCK_MONOTONIC, us";

/** A variable of the environment: what a process, and its threads, are to add to their clock so that it is another machine's; us. */
export const CLOCK_SHIFT = "NOTIF_LAB_CLOCK_SHIFT_US";

const PROBES = 100;

/** What performance.now() lacks to the host's monotonic clock, in us: of many probes the one that took least, right to half of that. */
function offsetUs(): number {
  let narrowestNs = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let probe = 0; probe < PROBES; probe += 1) {
    const before = process.hrtime.bigint();
    const relativeMs = performance.now();
    const after = process.hrtime.bigint();
    const widthNs = Number(after - before);
    if (widthNs >= narrowestNs) continue;
    narrowestNs = widthNs;
    offset = Number(before + after) / 2_000 - relativeMs * 1_000;
  }
  return offset;
}

const OFFSET_US = offsetUs() + Number(process.env[CLOCK_SHIFT] ?? 0);

/**
 * Microseconds of the host's monotonic clock, as a float; in an agent's load process, of the controller's. Read through performance.now(), which reads the same clock and leaves
 * nothing to collect: process.hrtime.bigint() makes objects, hundreds of thousands a second where a pacer spins.
 */
export function nowUs(): number {
  return OFFSET_US + performance.now() * 1_000;
}
