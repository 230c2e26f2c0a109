import { expect, test } from "vitest";
import type { Metrics, Results } from "../../harness/result/result.ts";
import { agentOf, withAgents } from "../model/agents.test-fixture.ts";
import { breakdownOf, latencyOf, metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { answerOf } from "./answer.ts";
import { meaningOf, type Note } from "./meaning.ts";

function notesOf(results: Results): Note[] {
  const [scenario] = summarize(results);
  return scenario ? meaningOf(scenario, results) : [];
}

const textsOf = (results: Results) =>
  notesOf(results)
    .map(({ text }) => text)
    .join("\n");

function ofFactors(
  factors: Record<string, number | readonly number[]>,
  change: Partial<Metrics> = {},
  blocks = 10,
): Results {
  return resultsOf({
    transports: Object.keys(factors),
    blocks,
    trial: (trial) => {
      const factor = factors[trial.transport] ?? 1;
      const own = typeof factor === "number" ? factor : (factor[trial.block] ?? 1);
      return { ...trial, metrics: { ...metricsOf(own), ...change } };
    },
  });
}

const NOISE = [1.3, 0.8, 1.1, 0.9, 1.05, 1.2, 0.7, 1.15, 0.95, 1.02];

test("a transport leads only where it alone is on rank 1; its lead has the interval of the next", () => {
  const notes = notesOf(ofFactors({ sse: 2, grpc: 3, mqtt: 4 }));
  const lead = notes.find(({ text }) => text.startsWith("If median delivery latency decides"));
  expect(lead?.text).toBe(
    "If median delivery latency decides, sse is first: 2.00 ms (2.00–2.00); the next, grpc, takes 1.50x (1.50–1.50).",
  );
  expect(lead?.rule).toContain("rank 1");
});

test("there is no winner inside the noise, among equals, or without three blocks", () => {
  expect(textsOf(ofFactors({ sse: 1, grpc: NOISE }))).not.toContain("is first");
  expect(textsOf(ofFactors({ sse: 1, grpc: NOISE }))).toContain(
    "does not say which of sse and grpc has the lowest",
  );
  expect(textsOf(ofFactors({ sse: 1, grpc: 1 }))).toContain(
    "sse and grpc are practically equal in median delivery latency",
  );
  expect(textsOf(ofFactors({ sse: 1, grpc: 3 }, {}, 2))).not.toMatch(/is first|equal|does not say/);
});

test("a tail is long from beyond ten times the median", () => {
  const tail = (p99: number) =>
    ofFactors({ sse: 1 }, { deliveryLatencyUs: { ...latencyOf(1_000, 3_000), p99 } });
  expect(textsOf(tail(9_990))).not.toContain("one delivery in a hundred");
  expect(textsOf(tail(12_000))).toContain(
    "one delivery in a hundred took 12.0 ms or longer, 12.0x its median",
  );
});

test("saturation, lost and repeated deliveries and a busy server are told of the transport they befell", () => {
  const full = resultsOf({
    transports: ["sse", "grpc"],
    trial: (trial) => (trial.transport === "grpc" ? unwell(trial, "saturated", "carried 61 %") : trial),
  });
  expect(textsOf(full)).toContain("grpc did not carry this load on this machine: carried 61 %.");
  const big = withAgents(full, [agentOf("big", { serves: true })], { on: "big", host: "10.0.0.9" });
  expect(textsOf(big)).toContain("grpc did not carry this load on agent big: carried 61 %.");
  expect(textsOf(full)).not.toContain("sse did not carry");
  expect(textsOf(ofFactors({ sse: 1 }, { lost: 2, duplicated: 1 }))).toContain(
    "20 not delivered and 10 delivered twice",
  );
  expect(textsOf(ofFactors({ sse: 1 }, { serverLoopUtilization: 0.8 }))).not.toContain(
    "near what one process",
  );
  expect(textsOf(ofFactors({ sse: 1 }, { serverLoopUtilization: 0.85 }))).toContain("busy 85 % of the time");
});

test("the protocol's own bytes are noted above half of all, with the largest part", () => {
  const results = (framing: number) => ({
    ...resultsOf({ transports: ["sse"] }),
    anatomies: [breakdownOf("sse", framing)],
  });
  // Body and envelope are 376 bytes both ways.
  expect(textsOf(results(370))).not.toContain("the protocol's own");
  expect(textsOf(results(400))).toContain(
    "52 % of what sse sends per delivery is the protocol's own (400 B of 776 B), most of it framing",
  );
});

test("every note names its rule, and quiet results have none but memory's", () => {
  const notes = notesOf(resultsOf({ transports: ["sse"] }));
  expect(notes.map(({ rule }) => rule)).toEqual(["memory per connection resolved (R2 of at least 0.9)"]);
});

const answer = (results: Results) => answerOf(results, summarize(results));

test("the answer says first that nothing is ranked, and then names nobody first", () => {
  const [first, ...rest] = answer(resultsOf({ scenarios: ["notify", "fan-out"] }));
  expect(first).toMatch(/^Nothing is ranked/);
  expect(rest.join()).not.toMatch(/leads|least|rank 1|websocket/);
});

test("the answer is a sentence a scenario: who is first, by how much, and what it costs", () => {
  expect(answer(ofFactors({ sse: 2, grpc: 3, mqtt: 6 }))).toEqual([
    "notify: sse delivers soonest, with a median of 2.00 ms (2.00–2.00); grpc is 1.50x (1.50–1.50) and mqtt 3.00x (3.00–3.00) slower than " +
      "sse; sse costs the server the least CPU per delivery, 180 µs (180–180); grpc takes 1.50x (1.50–1.50) and mqtt 3.00x (3.00–3.00) " +
      "as much as sse.",
  ]);
});

test("the answer names no first among equals, and none where it is undecided", () => {
  const [equal] = answer(ofFactors({ sse: 1, grpc: 1, mqtt: 2 }));
  expect(equal).toMatch(
    /^notify: sse and grpc deliver within 5 % of each other, with medians of .*; mqtt is 2\.00x .*slower than sse/,
  );
  const open = answer(ofFactors({ sse: 1, grpc: NOISE, mqtt: 4 })).join(" ");
  expect(open).toMatch(
    /it is undecided which of sse and grpc delivers soonest, with medians of .*; mqtt is .* slower than/,
  );
  expect(open).not.toMatch(/first|leads/);
});

test("the answer names who is not ranked", () => {
  const full = ofFactors({ sse: 1, grpc: 2, mqtt: 3 });
  const trials = full.trials.map((trial) =>
    trial.transport === "mqtt" && trial.block > 1 ? unwell(trial, "invalid", "a busy machine") : trial,
  );
  expect(answer({ ...full, trials }).join(" ")).toMatch(
    /; mqtt is not ranked by latency, because it has too few valid blocks or publishes/,
  );
  expect(answer({ ...full, trials }).join(" ")).toMatch(/: of those ranked, /);
  expect(answer(full).join(" ")).not.toMatch(/of those ranked/);
  expect(answer(full).join(" ")).not.toMatch(/not ranked/);
});

test("the answer says why who is not ranked is not: no reason that is another's", () => {
  const full = ofFactors({ sse: 1, grpc: 2, mqtt: 3, polling: 3, websocket: 4, tcp: 1 });
  const states = { mqtt: "skipped", polling: "failed" } as const;
  const trials = full.trials
    .filter(({ transport }) => transport !== "websocket")
    .map((trial) => {
      const state = states[trial.transport as keyof typeof states];
      return state ? unwell(trial, state, "not there") : trial;
    });
  expect(answer({ ...full, trials }).join(" ")).toMatch(
    /; polling failed; mqtt is not measured here; websocket was not run\.$/,
  );
});

test("where nothing at all is told that is said first, with what would help", () => {
  const [first] = answer(ofFactors({ sse: 1, grpc: NOISE }));
  expect(first).toMatch(
    /^No difference could be shown: the machine was too noisy .* \d+ more blocks \(--blocks \d+\) would settle how sse and grpc compare in notify, if .* \(80 % power\)\.$/,
  );
});

test("where a transport was measured twice, how far it was from itself is said", () => {
  const [first] = answer(ofFactors({ sse: 1, "sse#2": NOISE, grpc: NOISE }));
  expect(first).toMatch(
    /^No difference could be shown: .* \(sse measured twice differed from itself by up to [\d.]+ %\)/,
  );
});

test("results without a trial have an answer that claims nothing", () => {
  expect(answer(resultsOf({ trial: () => undefined }))).toHaveLength(1);
});
