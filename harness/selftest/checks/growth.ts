import { type Check, type CheckContext, findingOf } from "../check.ts";
import { DEFECTS } from "../defects.ts";
import { carryOut, feedPlan } from "../trials.ts";

const RATE = 100;
const LEAST = 0.9;
const MOST = 1.5;
const MIB = 1024 ** 2;

export const growth: Check = {
  name: "growth",
  proves: "a server that leaks memory grows in the time line, and one that doesn't stays flat",
  target: "64 KiB a publish: RSS grows by 0.9 to 1.5 of that; without, by under 0.3",
  timed: true,
  run: async (context) => {
    const leaking = await grownShare(context, "tcp:leak-64kib");
    const plain = await grownShare(context, "tcp");
    const leakedMib = leaking.leakedBytes / MIB;
    return findingOf(
      leaking.share >= LEAST && leaking.share <= MOST && plain.share < 0.3,
      `${(leaking.share * leakedMib).toFixed(1)} of ${leakedMib.toFixed(1)} MiB; without ${(plain.share * leakedMib).toFixed(1)}`,
      { leakedBytes: leaking.leakedBytes, leakingShare: leaking.share, plainShare: plain.share },
    );
  },
};

/** Growth of the server's RSS from the end of the first second to the end of the last, as a share of what leaks in between. */
async function grownShare(context: CheckContext, transport: string) {
  const plan = feedPlan({ seed: context.seed, ratePerSecond: RATE, measureMs: 4_000 });
  const { metrics } = await carryOut(context, transport, plan);
  const seconds = metrics.timeline.filter(({ fromSeconds }) => fromSeconds < 4);
  const rss = seconds.flatMap(({ serverRssBytes }) => serverRssBytes ?? []);
  const publishes = seconds.slice(1).reduce((sum, interval) => sum + interval.publishes, 0);
  const leakedBytes = publishes * DEFECTS.leakedBytes;
  const [first = Number.NaN, last = Number.NaN] = [rss[0], rss.at(-1)];
  return { leakedBytes, share: (last - first) / leakedBytes };
}
