/** The one clock of every measured time: monotonic, and comparable across the processes of one host (CLOCK_MONOTONIC). */
export const CLOCK_NAME = "CLOCK_MONOTONIC, us";

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

const HOST_US = offsetUs();
let baseUs = HOST_US;
let usPerMs = 1_000;

/**
 * Microseconds of the host's monotonic clock, as a float; in an agent's load process, of the controller's. Read through performance.now(), which reads the same clock and leaves
 * nothing to collect: process.hrtime.bigint() makes objects, hundreds of thousands a second where a pacer spins.
 */
export function nowUs(): number {
  return baseUs + performance.now() * usPerMs;
}

/** The host's own monotonic clock, whatever clock nowUs() is to follow. */
export function hostUs(): number {
  return HOST_US + performance.now() * 1_000;
}

/** Another machine's clock as a line over this host's: `offsetUs` ahead of it at `atUs` (of this host), and faster by `rate` from there on. */
export interface ClockLine {
  readonly offsetUs: number;
  readonly rate: number;
  readonly atUs: number;
}

/** The other clock's time at a moment of this host's. */
export function alongLine({ offsetUs, rate, atUs }: ClockLine, us: number): number {
  return us + offsetUs + rate * (us - atUs);
}

/** From now on nowUs() follows that line. To be called while nothing is timed. */
export function followClock(line: ClockLine): void {
  baseUs = alongLine(line, HOST_US);
  usPerMs = 1_000 * (1 + line.rate);
}

/** The moment of the host's own clock at which nowUs() is `us`. */
export function hostMomentOf(us: number): number {
  return HOST_US + ((us - baseUs) / usPerMs) * 1_000;
}
