/** The one clock of every measured time: monotonic, and comparable across the processes of one host (CLOCK_MONOTONIC). */
export const CLOCK_NAME = "process.hrtime.bigint, CLOCK_MONOTONIC, us";

/** Microseconds, as a float that is exact to the nanosecond for a host up less than 104 days. */
export function nowUs(): number {
  return Number(process.hrtime.bigint()) / 1_000;
}
