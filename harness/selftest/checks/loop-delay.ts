import { type Check, type CheckContext, findingOf } from "../check.ts";
import { carryOut, feedPlan } from "../trials.ts";

/** A block hides what is left of the current 20 ms interval of the timer that looks for it. */
const LEAST_US = 30_000;
const MOST_US = 60_000;

export const loopDelay: Check = {
  name: "loop-delay",
  proves: "a server that blocks its event loop shows in the event loop's delay",
  target: "blocks of 50 ms: longest delay 30 to 60 ms; without, under 20 ms",
  timed: true,
  run: async (context) => {
    const blocking = await longestDelayUs(context, "tcp:block-50ms");
    const plain = await longestDelayUs(context, "tcp");
    return findingOf(
      blocking >= LEAST_US && blocking <= MOST_US && plain < 20_000,
      `${(blocking / 1_000).toFixed(1)} ms; without ${(plain / 1_000).toFixed(1)} ms`,
      { blockingUs: blocking, plainUs: plain },
    );
  },
};

async function longestDelayUs(context: CheckContext, transport: string): Promise<number> {
  // At random moments, so that the blocks don't keep step with the timer.
  const plan = feedPlan({
    seed: context.seed,
    ratePerSecond: 100,
    measureMs: 2_500,
    arrivals: "poisson",
  });
  const { metrics } = await carryOut(context, transport, plan);
  return metrics.processes.find(({ role }) => role === "server")?.loopDelayMaxUs ?? Number.NaN;
}
