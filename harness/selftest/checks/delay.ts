import { medianOf } from "../../statistics/estimate.ts";
import { type Check, findingOf } from "../check.ts";
import { DEFECTS } from "../defects.ts";
import { carryOut, feedPlan } from "../trials.ts";

/** What the check itself can't tell: the buckets of the histogram, and that the hand-over finds the server awake. */
const LEAST_SLACK_US = 100;
const SLACK_SHARE = 0.2;
const MOST_SLACK_US = 500;
const ROUNDS = 2;

export const delay: Check = {
  name: "delay",
  proves: "a delay that the server adds to each delivery shows in the median in full, and no more",
  target: "p50 moves by 20 to 21 ms, give or take what the machine adds",
  timed: true,
  run: async (context) => {
    const plan = feedPlan({ seed: context.seed, ratePerSecond: 100, measureMs: 2_000 });
    const p50Us = async (transport: string) =>
      (await carryOut(context, transport, plan)).metrics.deliveryLatencyUs?.p50 ?? Number.NaN;
    const plain = [await p50Us("tcp")];
    const delayed: number[] = [];
    let found: ReturnType<typeof compare> | undefined;
    // In turns, so that what the machine does meanwhile falls on both; a miss is looked at once more.
    for (let round = 0; round < ROUNDS && !found?.passed; round += 1) {
      delayed.push(await p50Us("tcp:delay-20ms"));
      plain.push(await p50Us("tcp"));
      found = compare(plain, delayed);
    }
    const { passed, plainUs, delayedUs, movedUs, slackUs } = found ?? compare(plain, delayed);
    return findingOf(
      passed,
      `${ms(movedUs)} ms (${ms(plainUs)} to ${ms(delayedUs)}), give or take ${ms(slackUs)}`,
      { movedUs, plainP50Us: plainUs, delayedP50Us: delayedUs, slackUs, rounds: delayed.length },
    );
  },
};

/** Of the medians of trials without and with the delay. */
function compare(plain: readonly number[], delayed: readonly number[]) {
  const plainUs = medianOf(plain);
  const delayedUs = medianOf(delayed);
  const movedUs = delayedUs - plainUs;
  const scatterUs = Math.max(Math.max(...plain) - Math.min(...plain), SLACK_SHARE * plainUs);
  const slackUs = Math.min(MOST_SLACK_US, Math.max(LEAST_SLACK_US, scatterUs));
  const passed = movedUs >= DEFECTS.delayUs - slackUs && movedUs <= DEFECTS.delayUs + 1_000 + slackUs;
  return { passed, plainUs, delayedUs, movedUs, slackUs };
}

function ms(us: number): string {
  return (us / 1_000).toFixed(2);
}
