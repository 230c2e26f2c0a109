import type { Plan } from "../../../scenarios/plan.ts";
import { type Check, type CheckContext, findingOf } from "../check.ts";
import { type Stall, stalledQuantileUs, stallProcess } from "../stalls.ts";
import { carryOut, feedPlan } from "../trials.ts";

const MEASURE_MS = 20_000;
const TIMING = { firstMs: 2_500, everyMs: 5_000, lengthMs: 300, count: 4 };
const TOLERANCE = 0.1;
const HIDDEN_US = 30_000;

export const stall: Check = {
  name: "stall",
  proves: "an open loop sees what a stalled server costs, and a closed loop hides it",
  target: "open: p99 = S(1-0.01/f) +- 10 %, about 250 ms; closed: p99.9 < 30 ms",
  timed: true,
  run: async (context) => {
    const open = await stalled(context, "open");
    const closed = await stalled(context, "closed");
    const predictedUs = stalledQuantileUs(open.stalls, MEASURE_MS * 1_000, 0.99);
    const p99Us = open.latency?.p99 ?? Number.NaN;
    const hiddenUs = closed.latency?.p999 ?? Number.NaN;
    const off = Math.abs(p99Us / predictedUs - 1);
    return findingOf(
      off <= TOLERANCE && hiddenUs < HIDDEN_US,
      `open p99 ${ms(p99Us)} (predicted ${ms(predictedUs)}), closed p99.9 ${ms(hiddenUs)} ms`,
      {
        openP99Us: p99Us,
        predictedP99Us: predictedUs,
        closedP999Us: hiddenUs,
        closedP99Us: closed.latency?.p99 ?? Number.NaN,
        stalls: open.stalls.length,
        longestStallUs: Math.max(...open.stalls.map(({ fromUs, toUs }) => toUs - fromUs)),
      },
    );
  },
};

async function stalled(context: CheckContext, loop: Plan["loop"]) {
  const plan = feedPlan({ seed: context.seed, ratePerSecond: 500, measureMs: MEASURE_MS, loop });
  let stalling: Promise<Stall[]> = Promise.resolve([]);
  const hooks = {
    onMeasure: async (pid: number) => {
      stalling = stallProcess(pid, TIMING, context.signal);
      // It goes on beside the trial; who awaits it below hears of what failed.
      stalling.catch(() => undefined);
    },
  };
  const trial = await carryOut(context, "tcp", plan, { hooks });
  return { latency: trial.metrics.deliveryLatencyUs, stalls: await stalling };
}

function ms(us: number): string {
  return (us / 1_000).toFixed(1);
}
