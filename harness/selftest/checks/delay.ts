import { type Check, judged } from "../check.ts";
import { FAULTS } from "../faults.ts";
import { carryOut, feedPlan } from "../trials.ts";

/** What the check itself can't tell: the buckets of the histogram, and a hand-over from a server that is awake already. */
const LEAST_SLACK_US = 100;
const MOST_SLACK_US = 500;

export const delay: Check = {
  name: "delay",
  proves: "a delay that the server adds to each delivery shows in the median, whole and no larger",
  target: "p50 moves by 20 to 21 ms, give or take what two trials without it differ by",
  timed: true,
  run: async (context) => {
    const plan = feedPlan({ seed: context.seed, ratePerSecond: 100, measureMs: 2_000 });
    const p50Us = async (wire: string) =>
      (await carryOut(context, wire, plan)).metrics.deliveryLatencyUs?.p50 ?? Number.NaN;
    const beforeUs = await p50Us("tcp");
    const delayedUs = await p50Us("tcp:delay-20ms");
    const afterUs = await p50Us("tcp");
    const plainUs = (beforeUs + afterUs) / 2;
    const movedUs = delayedUs - plainUs;
    const slackUs = Math.min(MOST_SLACK_US, Math.max(LEAST_SLACK_US, Math.abs(beforeUs - afterUs)));
    return judged(
      movedUs >= FAULTS.delayUs - slackUs && movedUs <= FAULTS.delayUs + 1_000 + slackUs,
      `${ms(movedUs)} ms (${ms(plainUs)} to ${ms(delayedUs)}), give or take ${ms(slackUs)}`,
      { movedUs, plainBeforeP50Us: beforeUs, plainAfterP50Us: afterUs, delayedP50Us: delayedUs, slackUs },
    );
  },
};

function ms(us: number): string {
  return (us / 1_000).toFixed(2);
}
