import { findTransport } from "../../../transports/registry.ts";
import type { Metrics, Results, Trial } from "../../result/result.ts";
import type { ReadyScenario } from "../../run/queue.ts";
import { run } from "../../run/run.ts";
import { compareAllPairs } from "../../statistics/all-pairs.ts";
import { verdictOf } from "../../statistics/pair-verdict.ts";
import { type Check, findingOf } from "../check.ts";
import { notifyPlan } from "../trials.ts";

const TRANSPORT = "websocket";
const CONTROL = "websocket#2";
const BLOCKS = 10;

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
  target: "10 blocks: median latency, CPU and bytes not different, tested together",
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
    if (pairs.length < BLOCKS)
      return {
        verdict: "not possible",
        reason: `only ${pairs.length} of ${BLOCKS} blocks were valid (${reasonOf(results)}); run it on a quieter machine`,
      };
    // Three figures are one family.
    const level = 1 - 0.95 ** (1 / Object.keys(METRICS).length);
    const compared = Object.entries(METRICS).flatMap(([name, value]) => {
      const [estimate] = compareAllPairs(
        [pairs.map(([a]) => value(a)), pairs.map(([, b]) => value(b))],
        level,
      ).pairs;
      return estimate ? [{ name, estimate, verdict: verdictOf(estimate) }] : [];
    });
    const none = compared.every(({ verdict }) => verdict !== "different");
    const words = compared.map(
      ({ name, estimate, verdict }) => `${name} ${verdict} (${estimate.ratio.toFixed(3)}x)`,
    );
    const figures = compared.flatMap(({ name, estimate: { ratio, interval } }) => [
      [`${name}Ratio`, ratio],
      [`${name}Low`, interval.low],
      [`${name}High`, interval.high],
    ]);
    return findingOf(none && compared.length === Object.keys(METRICS).length, words.join(", "), {
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
    blocks: BLOCKS,
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
  return Array.from({ length: BLOCKS }, (_, block) => block).flatMap((block) => {
    const [a, b] = [completed(TRANSPORT, block), completed(CONTROL, block)];
    return a && b ? [[a, b] satisfies [Metrics, Metrics]] : [];
  });
}

function reasonOf({ trials }: Results): string {
  return trials.find(({ state }) => state !== "completed")?.reason ?? "no reason given";
}
