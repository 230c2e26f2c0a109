import { type Check, findingOf } from "../check.ts";
import { DEFECTS } from "../defects.ts";
import { carryOut, feedPlan } from "../trials.ts";

const SUBSCRIBERS = 3;

export const accounting: Check = {
  name: "accounting",
  proves: "messages that a transport loses, repeats or swaps are counted exactly, and the trial stays valid",
  target: "7 lost, 5 repeated, 3 swapped, for each of 3 subscribers: 21, 15, 9",
  timed: true,
  run: async (context) => {
    const plan = feedPlan({
      seed: context.seed,
      ratePerSecond: 100,
      measureMs: 1_000,
      subscribers: SUBSCRIBERS,
      drainTimeoutMs: 300,
    });
    const { metrics, state, reason, notes } = await carryOut(context, "tcp:lose-and-repeat", plan, {
      loadProcesses: 2,
    });
    const { lost, duplicated, reordered, expected, delivered } = metrics;
    const blamed = notes.some((note) => /^(the generator sent|the generator made|a load process)/.test(note));
    const exact =
      lost === SUBSCRIBERS * DEFECTS.lost &&
      duplicated === SUBSCRIBERS * DEFECTS.duplicated &&
      reordered === SUBSCRIBERS * DEFECTS.swapped &&
      expected === SUBSCRIBERS * metrics.publishes &&
      delivered === expected - lost;
    return findingOf(
      exact && state === "completed" && !blamed,
      `${lost} lost, ${duplicated} repeated, ${reordered} reordered of ${expected}; ${state}${reason ? ` (${reason})` : ""}`,
      {
        lost,
        duplicated,
        reordered,
        expected,
        delivered,
        completed: Number(state === "completed"),
        generatorBlamed: Number(blamed),
      },
    );
  },
};
