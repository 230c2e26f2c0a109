import { defaultTransports } from "../../../transports/registry.ts";
import { takeBreakdown } from "../../breakdown/breakdown.ts";
import { type Check, findingOf } from "../check.ts";
import { notifyPlan } from "../trials.ts";

const AT_ONCE = 2;

export const breakdown: Check = {
  name: "breakdown",
  proves: "every byte of a transport is assigned to a part, and the parts add up to what was counted",
  target: "parts = relay = sockets, to the byte, on every transport",
  timed: true,
  run: async ({ seed, signal, report }) => {
    const plan = notifyPlan({ seed, users: 12, ratePerSecond: 40, warmupMs: 0, measureMs: 1_000 });
    const queue = [...defaultTransports];
    const sums: number[] = [];
    // It counts bytes, not time, so two transports can be dissected at once.
    const lane = async () => {
      for (let transport = queue.shift(); transport; transport = queue.shift()) {
        report(`dissecting ${transport.name}`);
        // Rejects when the counts differ by a single byte.
        const { checked } = await takeBreakdown(transport.name, plan, signal);
        sums.push(checked.whole.in.meterBytes + checked.whole.out.meterBytes);
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
    for (const one of lanes) if (one.status === "rejected") throw one.reason;
    const bytes = sums.reduce((total, sum) => total + sum, 0);
    return findingOf(
      sums.length === defaultTransports.length,
      `${sums.length} transports, ${bytes} bytes, all assigned`,
      {
        defaultTransports: sums.length,
        bytes,
      },
    );
  },
};
