import { medianOf } from "../../statistics/estimate.ts";
import { type Check, type CheckContext, findingOf } from "../check.ts";
import { carryOut, feedPlan } from "../trials.ts";

const DELAY_MS = 50;
const WITHIN_MS = 1;
const ROUNDS = 2;
/** No divisor of the delay, so that no delivery coincides with a send. */
const RATE = 73;

export const relayDelay: Check = {
  name: "relay",
  proves: "a one-way delay of the link shows in the median in full, and no more",
  target: `p50 moves by ${DELAY_MS} +- ${WITHIN_MS} ms behind a link of ${DELAY_MS} ms; what the relay itself adds is shown`,
  timed: true,
  run: async (context) => {
    const without = await p50Us(context, undefined);
    const plain: number[] = [];
    const delayed: number[] = [];
    let movedMs = Number.NaN;
    for (let round = 0; round < ROUNDS; round += 1) {
      plain.push(await p50Us(context, { delayMs: 0 }));
      delayed.push(await p50Us(context, { delayMs: DELAY_MS }));
      movedMs = (medianOf(delayed) - medianOf(plain)) / 1_000;
      if (Math.abs(movedMs - DELAY_MS) <= WITHIN_MS) break;
    }
    const addedUs = medianOf(plain) - without;
    return findingOf(
      Math.abs(movedMs - DELAY_MS) <= WITHIN_MS,
      `${movedMs.toFixed(2)} ms; the relay alone adds ${Math.round(addedUs)} us`,
      { movedMs, relayAddsUs: addedUs, plainP50Us: medianOf(plain), delayedP50Us: medianOf(delayed) },
    );
  },
};

async function p50Us(context: CheckContext, link: Parameters<typeof feedPlan>[0]["link"]): Promise<number> {
  const plan = feedPlan({
    seed: context.seed,
    ratePerSecond: RATE,
    measureMs: 2_000,
    ...(link ? { link } : {}),
  });
  return (await carryOut(context, "tcp", plan)).metrics.deliveryLatencyUs?.p50 ?? Number.NaN;
}
