import { type Check, findingOf } from "../check.ts";
import { DEFECTS } from "../defects.ts";
import { carryOut, feedPlan } from "../trials.ts";

const TIMES = 10;
const CEILING = 1_000_000 / DEFECTS.publishUs;

export const overload: Check = {
  name: "overload",
  proves: "a generator asked for ten times what it can do is detected, and its trial is invalid",
  target: "invalid, naming the generator; between 5 and 10 % of the rate achieved",
  timed: true,
  run: async (context) => {
    const plan = feedPlan({
      seed: context.seed,
      ratePerSecond: TIMES * CEILING,
      warmupMs: 0,
      measureMs: 300,
    });
    const trial = await carryOut(context, "tcp:publish-1ms", plan, { gates: "void" });
    const { state, reason = "no reason", metrics } = trial;
    const share = metrics.achievedShare;
    return findingOf(
      state === "invalid" &&
        reason.startsWith("the generator") &&
        share <= 1.01 / TIMES &&
        share >= 0.5 / TIMES,
      `${state}: ${reason.split(";")[0]}`,
      { offeredPerSecond: TIMES * CEILING, achievedShare: share, publishes: metrics.publishes },
    );
  },
};
