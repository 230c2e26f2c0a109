import { type Check, findingOf } from "../check.ts";
import { DEFECTS } from "../defects.ts";
import { carryOut, feedPlan } from "../trials.ts";

const CONNECTIONS = 500;
const RESOLVED = 0.9;
const TOLERANCE_KIB = 1;

export const connectionMemory: Check = {
  name: "memory",
  proves: "memory held for each connection shows in the slope over the connection steps",
  target: "16 KiB held: slope moves by 16 +- 1 KiB, R2 >= 0.9",
  timed: true,
  run: async (context) => {
    const { seed } = context;
    const plan = feedPlan({ seed, ratePerSecond: 5, measureMs: 300, subscribers: CONNECTIONS - 1 });
    const slope = async (transport: string) => {
      const { metrics } = await carryOut(context, transport, plan);
      const { bytesPerConnection = Number.NaN, r2 = 0 } = metrics.memoryPerConnection?.heapAndExternal ?? {};
      return { kib: bytesPerConnection / 1_024, r2 };
    };
    const plain = await slope("tcp");
    const holding = await slope("tcp:hold-16kib");
    const movedKib = holding.kib - plain.kib;
    const right = Math.abs(movedKib - DEFECTS.heldBytes / 1_024) <= TOLERANCE_KIB;
    return findingOf(
      right && plain.r2 >= RESOLVED && holding.r2 >= RESOLVED,
      `${movedKib.toFixed(2)} KiB (${plain.kib.toFixed(1)} to ${holding.kib.toFixed(1)}), R2 ${plain.r2.toFixed(3)} and ${holding.r2.toFixed(3)}`,
      {
        movedKib,
        plainKib: plain.kib,
        holdingKib: holding.kib,
        plainR2: plain.r2,
        holdingR2: holding.r2,
      },
    );
  },
};
