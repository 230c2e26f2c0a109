import { expect, test } from "vitest";
import { renderMarkdown } from "../formats/markdown.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderHtml } from "../html/page.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { renderTerminal } from "../terminal/terminal.ts";
import { answerOf } from "./answer.ts";
import { rankingSentence } from "./ranking.ts";
import { observations, qualityLine, ranSentence, titleOf } from "./sentences.ts";
import { warningsOf } from "./warnings.ts";

const stolen = (metrics = metricsOf(1)) => ({ ...metrics, host: { ...metrics.host, steal: 0.1 } });
type Run = ReturnType<typeof resultsOf>;
const observed = (results: Run) => summarize(results).flatMap(observations);

/** One transport a factor, in every block that factor. */
function runOf(factors: Record<string, readonly number[]>): Run {
  return resultsOf({
    transports: Object.keys(factors),
    blocks: Math.max(...Object.values(factors).map((values) => values.length)),
    trial: (trial) => ({ ...trial, metrics: metricsOf(factors[trial.transport]?.[trial.block] ?? 1) }),
  });
}

test("the title is the question asked", () => {
  expect(titleOf(resultsOf())).toBe("Which transport for 500 connections at 50 publishes a second?");
  expect(titleOf(resultsOf({ scenarios: ["notify", "fan-out"] }))).toBe(
    "Which transport for notify and fan-out with 500 connections?",
  );
  expect(titleOf(resultsOf({ transports: ["sse"] }))).toBe(
    "What does sse cost for 500 connections at 50 publishes a second?",
  );
});

test.each([
  [1, /^Nothing is ranked: one block can't tell a difference between transports from noise/],
  [2, /^Nothing is ranked: 2 blocks are too few; a ranking needs 3/],
])("with %i blocks nothing is ranked, and the page says why", (blocks, expected) => {
  const results = resultsOf({ blocks });
  expect(rankingSentence(results, summarize(results))).toMatch(expected);
});

test("a run that was given up says so before anything else, and nobody advises more launches", () => {
  const results = resultsOf({ blocks: 2, trial: (trial) => unwell(trial, "invalid", "others were busy") });
  const stopped = { after: 2, planned: 4, disturbed: results.trials.length, trials: results.trials.length };
  const launches = {
    scenarios: [{ name: "notify", slices: 2, sliceSeconds: 0.5 }],
    leadInSeconds: 0.1,
    heartbeatSeconds: 1,
    silentShare: 0.02,
    stopped,
  };
  const given = { ...results, launches };
  const [first] = answerOf(given, summarize(given));
  expect(first).toMatch(
    /^Nothing is ranked: the machine disturbed 12 of 12 trials, so the run was given up after 2 of 4 launches/,
  );
  expect(warningsOf(given).join()).not.toMatch(/--blocks 4 or more/);
});

test("what the figures are follows from the blocks", () => {
  const sentenceOf = (results: Run) => rankingSentence(results, summarize(results));
  expect(sentenceOf(resultsOf({ blocks: 2 }))).toMatch(
    /Figures are observed medians, with their range over blocks\.$/,
  );
  expect(sentenceOf(resultsOf({ blocks: 3 }))).toMatch(
    /Figures are geometric means over blocks \(p99 and p99\.9: of all of them merged\), with 95 % intervals\.$/,
  );
});

test("three blocks rank, unless no two transports completed them together", () => {
  const sentenceOf = (results: Run) => rankingSentence(results, summarize(results));
  expect(sentenceOf(resultsOf({ blocks: 3 }))).toMatch(
    /^Ranks follow from comparing pairs, with intervals that hold for all pairs of a metric at once/,
  );
  const alone = resultsOf({ blocks: 10, transports: ["sse"] });
  expect(sentenceOf(alone)).toMatch(/^Nothing is ranked: no two transports completed 3 blocks together/);
});

test.each([[["notify", "fan-out"]], [["notify", "fan-out", "chat", "iot", "idle"]]])(
  "a scenario that the machine kept from an answer says so beside the others' answers: %s",
  (scenarios) => {
    const results = resultsOf({
      scenarios,
      blocks: 4,
      trial: (trial) =>
        trial.scenario === "notify" && trial.block > 0
          ? { ...trial, state: "invalid", reason: "stolen", metrics: stolen(trial.metrics) }
          : trial,
    });
    const said = answerOf(results, summarize(results)).join("\n");
    expect(said).toContain("fan-out");
    expect(said).toMatch(
      /^notify: nothing is ranked, since the machine disturbed \d+ of \d+ trials, so no two transports completed 3 blocks together; run it again/m,
    );
  },
);

test("who could not carry the load is said to, and not to lack blocks", () => {
  const results = resultsOf({
    blocks: 4,
    trial: (trial) =>
      trial.transport === "sse" && trial.block === 1
        ? { ...trial, state: "saturated", reason: "full" }
        : trial,
  });
  const [answer] = answerOf(results, summarize(results));
  expect(answer).toMatch(/; sse saturated in at least one block, and is not ranked by latency\.$/);
});

test("a scenario without deliveries misses no answer", () => {
  const results = resultsOf({
    scenarios: ["notify", "idle"],
    blocks: 4,
    trial: (trial) => ({
      ...trial,
      ...(trial.scenario === "idle" && trial.metrics
        ? { metrics: { ...trial.metrics, deliveryLatencyUs: undefined, serverCpuUsPerDelivery: undefined } }
        : {}),
    }),
  });
  for (const sentence of answerOf(results, summarize(results))) expect(sentence).not.toMatch(/idle/);
});

test("under three blocks the span of the values is told with ranges, ratio and what can't be told apart", () => {
  const lines = observed(runOf({ sse: [1, 1.2], grpc: [1.15, 1.4], mqtt: [3, 3.6] }));
  expect(lines[0]).toBe(
    "Observed median delivery latency from 1.10 ms (1.00–1.20) on sse to 3.30 ms (3.00–3.60) on mqtt, 3.0x apart. " +
      "The range of grpc overlaps that of sse.",
  );
  expect(lines[1]).toMatch(/^Server CPU per delivery from 99\.0 µs \(90\.0–108\.0\) on sse to 297 µs/);
});

test("from three blocks on it is told by verdicts", () => {
  const [line] = observed(runOf({ sse: [2, 2.2, 2.4], grpc: [2.3, 2.6, 2.8], mqtt: [6, 6.6, 7.2] }));
  expect(line).toMatch(
    /^sse has the lowest median delivery latency, 2\.19 ms \(1\.75–2\.75\)\. .* slower than sse\.$/,
  );
});

test("of one block no overlap is claimed, since there is no range", () => {
  expect(observed(runOf({ sse: [1], grpc: [1] }))[0]).not.toContain("overlap");
});

test("baselines are not named as transports to choose", () => {
  expect(observed(runOf({ loopback: [0.1], sse: [1], grpc: [2] }))[0]).toContain(
    "from 1.00 ms on sse to 2.00 ms on grpc",
  );
});

test("a transport that did not make it is named with its reason", () => {
  const results = resultsOf({
    transports: ["sse", "grpc", "mqtt"],
    trial: (trial) => {
      if (trial.transport === "sse") return unwell(trial, "saturated", "carried 61 % of the load");
      return trial.transport === "grpc" ? unwell(trial, "failed", "no server") : undefined;
    },
  });
  expect(observed(results)).toEqual([
    "No transport completed, so there is no latency to show.",
    "sse saturated in block 1: carried 61 % of the load. Its latency is that of a growing queue, so no quantile is given.",
    "grpc failed in block 1: no server.",
    "mqtt was not run.",
  ]);
  expect(ranSentence(results)).toContain("2 of 3 trials");
});

test("too few publishes for a median are said, with the duration that would do", () => {
  const results = resultsOf({ publishes: 15 });
  expect(observed(results)[0]).toBe(
    "No median delivery latency is given: it needs 60 publishes a trial, and there were 15.",
  );
  expect(warningsOf(results)).toContain(
    "notify: too few publishes for p50, p90 and p99 (15; p99 needs 3,000); use --duration 60.",
  );
});

test("of a service that is not the lab's, bytes are said to be from its clients' sockets only where they were counted", () => {
  const warningOf = (metrics: Partial<ReturnType<typeof metricsOf>>) => {
    const { serverRssBytes: _, tcpBytesPerDelivery: __, ...seen } = metricsOf(1);
    return warningsOf(
      resultsOf({ transports: ["mine"], trial: (trial) => ({ ...trial, metrics: { ...seen, ...metrics } }) }),
    )[0];
  };
  expect(warningOf({ tcpBytesPerDelivery: 700 })).toMatch(/TCP bytes are from its clients' sockets/);
  expect(warningOf({})).toMatch(/^mine: CPU, memory and bytes are not measured/);
});

test("what can't be measured here is not measured, with its reason, and nothing went wrong with it", () => {
  const results = resultsOf({
    transports: ["sse", "mqtt:mosquitto"],
    trial: (trial) =>
      trial.transport === "sse" ? trial : unwell(trial, "skipped", "mosquitto is not installed"),
  });
  const told = "mqtt:mosquitto was not measured in block 1: mosquitto is not installed.";
  expect(observed(results)).toContain(told);
  const [summary] = summarize(results);
  expect(qualityLine(results, summary ? [summary] : [])).toContain(
    "1 completed, 0 invalid, 0 failed, 1 not measured",
  );
  const warning = "mqtt:mosquitto not measured in notify, block 1: mosquitto is not installed.";
  expect(warningsOf(results)).toContain(warning);
  const terminal = renderTerminal(results, { color: false, unicode: true, width: 200 });
  expect(terminal).toMatch(/^mqtt:mosquitto\s+not measured/m);
  expect(terminal).toContain(warning);
  expect(renderHtml(results, bare)).toContain("</span> not measured</span>");
  expect(renderMarkdown(results)).toContain("mqtt:mosquitto (not measured)");
  expect(terminal + renderMarkdown(results)).not.toMatch(/skipped|--debug/);
});

test("the quality line counts trials by state and names machine and generator", () => {
  const results = resultsOf({ blocks: 2 });
  expect(qualityLine(results, summarize(results))).toBe(
    "2 blocks · trials: 12 completed, 0 invalid, 0 failed · AMD EPYC 7763, 2 CPUs, 8.00 GiB · load average before 0.20 · " +
      "load processes busy at most 34 % of the time, up to 81 % while the deliveries of one publish come in",
  );
});

test("of a service that is not the lab's, it is said what is not measured", () => {
  const whole = resultsOf({ transports: ["sse", "my-service"], blocks: 10 });
  const outside = {
    ...whole,
    trials: whole.trials.map((trial) => {
      if (trial.transport !== "my-service" || !trial.metrics) return trial;
      const { serverRssBytes: _, ...metrics } = trial.metrics;
      return { ...trial, metrics };
    }),
  };
  expect(warningsOf(outside).filter((text) => text.includes("not a process of the lab"))).toEqual([
    "my-service: CPU and memory are not measured: not a process of the lab. TCP bytes are from its clients' sockets.",
  ]);
  expect(warningsOf(whole).join()).not.toContain("not a process of the lab");
});

test("warnings say what to do, and a clean run of ten blocks has none", () => {
  expect(warningsOf(resultsOf({ blocks: 10 }))).toEqual([]);
  const { finishedAt: _end, ...unfinished } = resultsOf({
    transports: ["sse"],
    blocks: 2,
    trial: (trial) => (trial.block === 0 ? unwell(trial, "invalid", "send lag") : undefined),
  });
  expect(warningsOf(unfinished)).toEqual([
    "The run did not finish: 1 of 2 trials. Continue it with notif-lab bench --resume and its folder.",
    "2 blocks, so nothing is ranked: run without --quick, or with --blocks 4 or more.",
    "sse invalid in notify, block 1: send lag; close other programs and run again.",
  ]);
});

test("transports of a block that ran different plans are not to be compared", () => {
  const results = resultsOf({
    blocks: 10,
    trial: (trial) =>
      trial.transport === "sse" && trial.block === 3 ? { ...trial, planHash: "other" } : trial,
  });
  expect(warningsOf(results)).toEqual([
    "notify: transports ran different plans in the same launch or block; do not compare them.",
  ]);
});
