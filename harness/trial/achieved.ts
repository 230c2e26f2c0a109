import type { LoadReport } from "../processes/messages.ts";

/** A generator that is later than this when the time is over has not made the rate, whatever its lag was before. */
const PAUSE_US = 10_000;
/** With fewer sends in a third of the time, a few pauses could make all of them late. */
const FEWEST_SENDS = 5;
/** The least lag of one who falls behind is that of a third's first send: from the one to the other, two thirds of the time pass. */
const WHOLE_OVER_GROWN = 3 / 2;

/** What a load process tells of its sends. */
export type Sends = Pick<LoadReport, "lastSendUs" | "lagTrend">;

/**
 * The rate really made over the plan's, at most 1: that of the slowest load process, 1 for one that had nothing to send. It is T / (T + what
 * the process had fallen behind at the end), T being the measured time, which for one that makes a share s of the rate all the while is s.
 *
 * A last send up to 10 ms after the measured time tells a pause of the generator as well as a rate that isn't made. What tells them apart is
 * the least lag of the first third and of the last: it grows only when not one send of the last third was back in time. Where a third has
 * fewer than 5 sends of a process, or it falls behind in the last third alone, up to 10 ms are not seen: a share of T / (T + 10 ms), which is
 * 99.5 % in 2 s and 99.9 % in 10 s.
 */
export function achievedShare(
  measureMs: number,
  measureStartUs: number,
  processes: readonly Sends[],
): number {
  const plannedUs = measureMs * 1_000;
  const shares = processes.map(({ lastSendUs, lagTrend }) => {
    const overUs = lastSendUs === 0 ? 0 : lastSendUs - measureStartUs - plannedUs;
    return plannedUs / (plannedUs + (overUs > PAUSE_US ? lagTrend.endUs : fallenBehindUs(lagTrend)));
  });
  return Math.min(1, ...shares);
}

/** By the growth of the least lag; what was made up for until the last send doesn't count. */
function fallenBehindUs({ sends, leastUs, endUs }: Sends["lagTrend"]): number {
  if (Math.min(sends.first, sends.last) < FEWEST_SENDS) return 0;
  const grownUs = Math.max(0, leastUs.last - leastUs.first);
  return Math.min(endUs, WHOLE_OVER_GROWN * grownUs);
}
