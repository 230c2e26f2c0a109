import { expect, test } from "vitest";
import type { Metrics } from "../../harness/result/result.ts";
import { transports } from "../../transports/registry.ts";
import { latencyOf, metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { decide } from "./arithmetic.ts";
import { fragmentOf, settingsOf } from "./fragment.ts";
import { decisionInput } from "./gather-input.ts";
import { defaultSettings } from "./input.ts";
import { answersOf, REQUIREMENTS } from "./requirements.ts";
import { answerText, cautionText, orderOf, shareText } from "./words.ts";

type Results = ReturnType<typeof resultsOf>;
const input = (results: Results) => decisionInput(results, summarize(results));
const answerTo = (key: string, transport: string, results: Results) =>
  answersOf(transport, results)[REQUIREMENTS.findIndex((one) => one.key === key)];

/** Metrics of a trial whose link was cut for 2 s. */
function cutMetrics({
  lost = 0,
  replayed = 500,
  backMax = 1,
  restored = 10,
  kind = "link-cut",
} = {}): Metrics {
  return {
    ...metricsOf(1),
    faults: [
      {
        ...{ kind, fromSeconds: 1, seconds: 2, lostConnections: 10, restoredConnections: restored },
        backAfterSeconds: { p50: 0.5, max: backMax },
      },
    ],
    resumption: {
      ...{ accepted: 100, subscribers: 10, due: 1_000, delivered: 1_000 - lost, replayed, told: 0 },
      ...{ declaredLost: lost, undeclaredLost: 0 },
    },
  };
}

const cutRun = (metrics: (transport: string) => Metrics) =>
  resultsOf({
    transports: ["sse", "mqtt"],
    scenarios: ["resume"],
    trial: (trial) => ({ ...trial, metrics: metrics(trial.transport) }),
  });

test("what is said of resumption is what every transport claims and the conformance suite proves", () => {
  const choosable = transports.filter(({ facts }) => !facts?.baseline);
  expect(choosable.length).toBeGreaterThan(5);
  for (const { name, supports } of choosable)
    expect([name, answerTo("resumption", name, resultsOf({ transports: [name] }))?.meets]).toEqual([
      name,
      supports.resume ? "yes" : "no",
    ]);
});

test("every registered transport has an answer and a source to every requirement, one of one's own has none", () => {
  for (const { name } of transports.filter(({ facts }) => !facts?.baseline))
    for (const { meets, reason } of answersOf(name, resultsOf({ transports: [name] }))) {
      expect(meets).not.toBe("unknown");
      expect(reason).not.toContain("\n");
    }
  expect(answersOf("carrier-pigeon", resultsOf()).every(({ meets }) => meets === "unknown")).toBe(true);
  expect(answerTo("proxies", "socketio", resultsOf())?.meets).toBe("no");
  expect(
    answerTo("proxies", "socketio:polling", resultsOf({ transports: ["socketio:polling"] }))?.meets,
  ).toBe("yes");
});

test("what a run showed of resumption stands beside the fact, and decides of a transport of one's own", () => {
  const run = cutRun((transport) => cutMetrics(transport === "mqtt" ? { lost: 400, replayed: 0 } : {}));
  expect(answerTo("resumption", "sse", run)?.reason).toMatch(
    /in this run \(resume\) 500 .* replayed and 0 lost/,
  );
  const own = resultsOf({
    transports: ["mine", "yours"],
    scenarios: ["resume"],
    trial: (trial) => ({ ...trial, metrics: cutMetrics(trial.transport === "mine" ? {} : { lost: 1 }) }),
  });
  expect([answerTo("resumption", "mine", own)?.meets, answerTo("resumption", "yours", own)?.meets]).toEqual([
    "yes",
    "no",
  ]);
});

test("a scenario that breaks something counts only for resilience: outage and loss", () => {
  const found = input(
    cutRun((transport) =>
      cutMetrics(transport === "mqtt" ? { lost: 500, replayed: 0, backMax: 4 } : { backMax: -0.5 }),
    ),
  );
  expect(
    found.figures.map(({ criterion, label, values }) => [found.criteria[criterion]?.key, label, values]),
  ).toEqual([
    ["resilience", "longest outage", [2, 6]],
    ["resilience", "deliveries due for each made", [1, 2]],
  ]);
  const [first, second] = decide(found, defaultSettings(found)).ranked;
  expect(found.transports[first?.transport ?? -1]).toBe("sse");
  expect(second?.score).toBeCloseTo(Math.sqrt(6), 9);
});

test("clients that never came back leave no outage to score; a stall is the readers' own doing", () => {
  const gone = input(cutRun((transport) => cutMetrics(transport === "mqtt" ? { restored: 9 } : {})));
  expect(decide(gone, defaultSettings(gone)).unscored[0]?.reasons[0]).toBe(
    "resume: no longest outage, not measured",
  );
  const stalled = input(cutRun(() => cutMetrics({ kind: "link-stall" })));
  expect(stalled.figures.map(({ label }) => label)).toEqual(["deliveries due for each made"]);
});

test("where one transport's memory per connection is not resolved, all are held by their resident memory", () => {
  const noisy = resultsOf({
    transports: ["sse", "grpc"],
    trial: (trial) => {
      const metrics = metricsOf(1);
      const slope = { bytesPerConnection: 9_000, r2: trial.transport === "sse" ? 0.5 : 0.99 };
      return {
        ...trial,
        metrics: {
          ...metrics,
          memoryPerConnection: { steps: [], ...metrics.memoryPerConnection, heapAndExternal: slope },
        },
      };
    },
  });
  const labels = (results: Results) => input(results).figures.map(({ label }) => label);
  expect(labels(noisy)).toContain("server memory (RSS)");
  expect(labels(resultsOf())).toContain("heap and external memory per connection");
});

test("time to ready speaks for latency where nothing is published, and never for a quantile that has too few publishes", () => {
  const run = (publishes: number, more: Partial<Metrics> = {}) =>
    resultsOf({
      transports: ["sse", "grpc"],
      blocks: 4,
      trial: (trial) => {
        const { deliveryLatencyUs, ...metrics } = metricsOf(1 + trial.block / 50, publishes);
        return {
          ...trial,
          metrics: {
            ...metrics,
            ...(more.publishes === 0 ? {} : { deliveryLatencyUs }),
            readyLatencyUs: latencyOf(9_000, 4_000),
            ...more,
          },
        };
      },
    });
  const few = input(run(960));
  expect(few.figures.map(({ label }) => label).join()).not.toMatch(/ready/);
  expect(few.gaps.map(({ reason }) => reason).join()).toMatch(
    /p99.*it needs 3,000 publishes a trial and had 960/,
  );
  const idle = input(run(960, { publishes: 0, expected: 0, delivered: 0 }));
  expect(idle.figures.map(({ label }) => label).join()).toMatch(/ready/);
});

test("baselines and A/A controls are nothing to choose", () => {
  expect(input(resultsOf({ transports: ["sse", "sse#2", "tcp", "grpc"] })).transports).toEqual([
    "sse",
    "grpc",
  ]);
});

test("a trial that was lost leaves its block out of the resamples, not out of the figures", () => {
  const found = input(
    resultsOf({
      transports: ["sse", "grpc"],
      blocks: 6,
      trial: (trial) =>
        trial.transport === "sse" && trial.block < 2 ? unwell(trial, "failed", "no server") : trial,
    }),
  );
  expect(found.figures[0]?.blocks[0]?.slice(0, 3)).toEqual([null, null, expect.any(Number)]);
  expect(decide(found, defaultSettings(found)).commonBlocks).toBe(4);
});

test("what is practically equal by the verdicts is equal in the decision input, and the caution counts them", () => {
  const run = resultsOf({
    transports: ["sse", "grpc", "mqtt"],
    blocks: 10,
    trial: (trial) => ({
      ...trial,
      metrics: metricsOf((trial.transport === "mqtt" ? 2 : 1) * (trial.transport === "grpc" ? 1.01 : 1)),
    }),
  });
  const found = input(run);
  const decision = decide(found, defaultSettings(found));
  expect(decision.ranked.map(({ transport, rank }) => [found.transports[transport], rank])).toEqual([
    ["sse", 1],
    ["grpc", 1],
    ["mqtt", 3],
  ]);
  expect(answerText(found, decision)).toMatch(/^sse and grpc share the first place, 1\.99x ahead of mqtt\./);
  expect(cautionText(found, decision)).toMatch(
    /^Of the 15 comparisons .*, 10 show a difference, 5 are practically equal/,
  );
});

test("nobody is called first within the noise, nor without a verdict", () => {
  const noise = [1.3, 0.8, 1.1, 0.9, 1.05, 1.2, 0.7, 1.15, 0.95, 1.02];
  const answer = (blocks: number, factor: number) => {
    const found = input(
      resultsOf({
        transports: ["sse", "grpc"],
        blocks,
        trial: (trial) => ({
          ...trial,
          metrics: metricsOf(trial.transport === "sse" ? 1 : factor * (noise[trial.block] ?? 1)),
        }),
      }),
    );
    return answerText(found, decide(found, defaultSettings(found)));
  };
  expect(answer(10, 1.02)).toMatch(
    /^Nothing is ranked: none of the 5 comparisons behind this has a verdict\./,
  );
  expect(answer(10, 2)).toMatch(/^sse is first, /);
  expect(answer(2, 2)).toMatch(
    /^Nothing is ranked: none of the 5 comparisons behind this has the three blocks/,
  );
  expect(answer(4, 1.1)).toMatch(/^Nothing is ranked: none of the 5 comparisons behind this has a verdict/);
  for (const blocks of [1, 2]) {
    expect(answer(blocks, 2)).toMatch(
      /^Nothing is ranked: .* sse has the best figures observed, [\d.]+x ahead of grpc/,
    );
    expect(answer(blocks, 2)).not.toMatch(/first|%|rank 1/);
  }
});

test("where nothing counts every transport still has its place, and no score", () => {
  const found = input(resultsOf({ transports: ["sse", "grpc", "mqtt"] }));
  const decision = decide(found, {
    ...defaultSettings(found),
    needs: ["browser"],
    weights: { resilience: 1 },
  });
  expect(decision.ranked).toEqual([]);
  expect(orderOf(found, decision)).toEqual([0, 1, 2]);
  expect(answerText(found, decision)).toMatch(/^Nothing counts: /);
  const ranked = decide(found, { ...defaultSettings(found), needs: ["offline"] });
  expect(orderOf(found, ranked)).toEqual([2, 0, 1]);
});

test("a share that is not all or nothing never reads as if it were", () => {
  expect([0, 0.0004, 0.5, 0.9996, 1, null].map(shareText)).toEqual([
    "0 %",
    "<1 %",
    "50 %",
    ">99 %",
    "100 %",
    "–",
  ]);
});

test("a fragment holds what differs from the defaults, and brings it back", () => {
  const found = input(resultsOf({ scenarios: ["notify", "a,b & c"] }));
  const settings = {
    needs: ["browser", "binary"],
    weights: { ...defaultSettings(found).weights, latency: 3, cpu: 0 },
    scenarios: ["a,b & c"],
  };
  expect(fragmentOf(found, defaultSettings(found))).toBe("#decide");
  const fragment = fragmentOf(found, settings);
  expect(fragment).toBe("#decide?need=browser,binary&w=latency:3,cpu:0&s=a%2Cb%20%26%20c");
  expect(settingsOf(found, fragment)).toEqual({ settings, ignored: [] });
});

test("what a fragment names in vain is told; another fragment is none", () => {
  const found = input(resultsOf());
  const read = settingsOf(found, "#decide?need=wings&w=latency:11,tail:2,cpu:&s=%E0%A4%A");
  expect(read?.ignored).toEqual(["wings", "latency:11", "cpu:", "%E0%A4%A"]);
  expect(read?.settings.weights).toMatchObject({ latency: 1, tail: 2, cpu: 1 });
  expect(settingsOf(found, "#scenario-1")).toBeUndefined();
});
