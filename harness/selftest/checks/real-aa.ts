import { findTransport } from "../../../transports/registry.ts";
import type { Metrics, Results, Trial } from "../../result/result.ts";
import type { ReadyScenario } from "../../run/queue.ts";
import { run } from "../../run/run.ts";
import { LEAST_MARGIN } from "../../statistics/margin.ts";
import { comparePaired } from "../../statistics/paired.ts";
import { judge, RANKING_BLOCKS } from "../../statistics/verdict.ts";
import { type Check, judged } from "../check.ts";
import { notifyPlan } from "../trials.ts";

const TRANSPORT = "websocket";
const CONTROL = "websocket#2";

const METRICS: Readonly<Record<string, (metrics: Metrics) => number | undefined>> = {
  median: ({ deliveryLatencyUs }) => deliveryLatencyUs?.p50,
  CPU: ({ serverCpuUsPerDelivery }) => serverCpuUsPerDelivery,
  bytes: ({ tcpBytesPerDelivery }) => tcpBytesPerDelivery,
};

const scenario: ReadyScenario = {
  name: "selftest",
  summary: "20 users who notify one another",
  params: {},
  plan: (seed) => notifyPlan({ seed, users: 20, ratePerSecond: 200, warmupMs: 500, measureMs: 1_500 }),
};

export const realAa: Check = {
  name: "aa",
  proves: "real trials of one transport under two names, compared as in a report, show no difference",
  target: "10 blocks: median latency, CPU and bytes not different after Holm",
  timed: true,
  run: async ({ seed, signal, report }) => {
    const results = await run(
      options(seed),
      {
        onResults: async () => undefined,
        onProgress: ({ stage, transport, block, finished, total }) =>
          stage === "starting" &&
          report(`${transport} in block ${block + 1}, trial ${finished + 1} of ${total}`),
      },
      signal,
    );
    signal.throwIfAborted();
    const pairs = pairsOf(results.trials);
    if (pairs.length < RANKING_BLOCKS)
      return {
        verdict: "not possible",
        reason: `only ${pairs.length} of ${RANKING_BLOCKS} blocks were valid (${reasonOf(results)}); run it on a quieter machine`,
      };
    const comparisons = Object.values(METRICS).map((value) =>
      comparePaired(
        pairs.map(([a]) => value(a) ?? Number.NaN),
        pairs.map(([, b]) => value(b) ?? Number.NaN),
      ),
    );
    const whole = comparisons.filter((one) => one !== undefined);
    const verdicts = judge(whole, LEAST_MARGIN);
    const none = verdicts.every(({ verdict }) => verdict === "tie" || verdict === "inconclusive");
    const names = Object.keys(METRICS);
    const words = whole.map(
      ({ ratio }, index) => `${names[index]} ${verdicts[index]?.verdict} (${ratio.toFixed(3)}x)`,
    );
    const figures = whole.flatMap(({ ratio, p }, index) => [
      [`${names[index]}Ratio`, ratio],
      [`${names[index]}HolmP`, verdicts[index]?.holmP ?? p],
    ]);
    return judged(none && whole.length === names.length, words.join(", "), {
      blocks: pairs.length,
      ...Object.fromEntries(figures),
    });
  },
};

function options(seed: number) {
  const transport = findTransport(TRANSPORT);
  if (!transport) throw new RangeError(`there is no transport ${TRANSPORT}`);
  return {
    transports: [transport, { ...transport, name: CONTROL }],
    scenarios: [scenario],
    blocks: RANKING_BLOCKS,
    seed,
    loadProcesses: 1,
    // Its trials are too short for the gates against a noisy host; the pairing must cope.
    preset: "quick" as const,
    loop: "open" as const,
    arrivals: null,
    command: "notif-lab selftest --only aa",
  };
}

/** The figures of both names in every block in which both were completed. */
function pairsOf(trials: readonly Trial[]): [Metrics, Metrics][] {
  const completed = (name: string, block: number) =>
    trials.find((one) => one.transport === name && one.block === block && one.state === "completed")?.metrics;
  return Array.from({ length: RANKING_BLOCKS }, (_, block) => block).flatMap((block) => {
    const [a, b] = [completed(TRANSPORT, block), completed(CONTROL, block)];
    return a && b ? [[a, b] satisfies [Metrics, Metrics]] : [];
  });
}

function reasonOf({ trials }: Results): string {
  return trials.find(({ state }) => state !== "completed")?.reason ?? "no reason given";
}
