import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Results } from "../harness/result/result.ts";
import { metricsOf, resultsOf } from "../reports/model/results.test-fixture.ts";
import { revealed } from "./comparison.ts";
import { decisionBlocks, recordOfDecision } from "./conclusion.ts";
import { figuresOf, type LessonEvidence } from "./evidence.ts";
import { isSeen } from "./figures.ts";
import { lessons } from "./registry.ts";

const lesson = lessons[7];
assert.ok(lesson);

/** Long polling is five times as slow and dear as the others here. */
const RESULTS = resultsOf({
  scenarios: ["seed"],
  blocks: 5,
  trial: (trial) => ({
    ...trial,
    metrics: metricsOf(trial.transport === "long-polling" ? 5 : 1 + trial.block / 100),
  }),
});
const record = (answers: Record<string, string>) => ({ startedAt: "2026-01-02T03:04:05.000Z", answers });
const evidence = (results: Results | undefined): LessonEvidence => ({
  trials: () => results?.trials ?? "it was void",
  results: () => results,
  journey: () => "none",
});

describe("a decision", () => {
  test("leaves out who lacks what is needed, and gives the others a score", () => {
    const figures = figuresOf(lesson, evidence(RESULTS), { needs: "browser", weights: "" });
    const grpc = figures["score of grpc"];
    assert.ok(grpc && !isSeen(grpc) && grpc.absent !== "" && grpc.excluded);
    const [websocket, polling] = [figures["score of websocket"], figures["score of long-polling"]];
    assert.ok(isSeen(websocket) && isSeen(polling) && polling.value > websocket.value);
    assert.ok(isSeen(figuresOf(lesson, evidence(RESULTS), { needs: "none" })["score of grpc"]));
  });

  test("turns with the weights: of what weighs nothing nothing is seen", () => {
    const even = resultsOf({
      scenarios: ["seed"],
      blocks: 5,
      transports: ["websocket", "sse"],
      trial: (trial) => {
        const metrics = metricsOf(1);
        const bytes = trial.transport === "sse" ? 9_000 : 500;
        const cpu = trial.transport === "sse" ? 10 : 90;
        return { ...trial, metrics: { ...metrics, tcpBytesPerDelivery: bytes, serverCpuUsPerDelivery: cpu } };
      },
    });
    const lowest = (weights: string) => {
      const figures = figuresOf(lesson, evidence(even), { weights });
      const value = (name: string) => {
        const figure = figures[`score of ${name}`];
        return isSeen(figure) ? figure.value : Number.NaN;
      };
      return value("sse") < value("websocket") ? "sse" : "websocket";
    };
    assert.equal(lowest("cpu=10,latency=0,tail=0,memory=0,bandwidth=0"), "sse");
    assert.equal(lowest("bandwidth=10,latency=0,tail=0,memory=0,cpu=0"), "websocket");
  });

  const first = lesson.predictions[0];
  assert.ok(first);
  const judged = (guess: string, results: Results, needs: string) =>
    revealed(first, guess, figuresOf(lesson, evidence(results), { needs, weights: "" }));

  test("judges a prediction though a requirement leaves some out, whose reason a guess at them gets", () => {
    assert.ok(["right", "near"].includes(judged("websocket", RESULTS, "browser").verdict));
    assert.equal(judged("long-polling", RESULTS, "browser").verdict, "far");
    const { verdict, says } = judged("grpc", RESULTS, "browser");
    assert.equal(verdict, "far");
    assert.match(says, /^it is out: ./);
  });

  const noisy = () => {
    const factors = [1, 1.3, 0.8, 1.2, 0.9];
    return resultsOf({
      scenarios: ["seed"],
      blocks: 5,
      transports: ["websocket", "sse"],
      trial: (trial) => ({
        ...trial,
        metrics: metricsOf(factors[trial.transport === "sse" ? trial.block : 4 - trial.block] ?? 1),
      }),
    });
  };

  test("picks no winner out of noise: what it can't tell apart is not right, nor wrong", () => {
    for (const guess of ["websocket", "sse"])
      assert.ok(["near", "open"].includes(judged(guess, noisy(), "none").verdict), guess);
    const once = resultsOf({ scenarios: ["seed"], blocks: 1 });
    for (const guess of ["websocket", "long-polling"])
      assert.equal(judged(guess, once, "none").verdict, "open", guess);
  });

  test("has no score without a run", () => {
    const figures = figuresOf(lesson, evidence(undefined), {});
    assert.ok(Object.values(figures).every((one) => "absent" in one));
  });

  test("is written down with requirements, weights, scores, who is out, doubts and gaps to fill in", () => {
    const text = recordOfDecision(
      RESULTS,
      record({ needs: "browser", weights: "latency=3, cpu=1" }),
      "a machine",
    );
    assert.match(text, /^# Transport for notifications: /);
    assert.match(text, /- Required: browser\n- Weights, 0 to 10: latency 3, cpu 1\n/);
    assert.match(text, /\n\| websocket \| 1\.\d\d \| 1\.\d\d \(1\.\d\d ms\) \| 1\.\d\d \([\d.]+ µs\) \|\n/);
    assert.match(text, /\n- grpc: Out: /);
    assert.doesNotMatch(text, /\n\| grpc/);
    assert.match(text, /## How sure this is\n\nOf the \d+ comparisons/);
    assert.match(text, /\(What becomes easier/);
    assert.doesNotMatch(text, /NaN|undefined/);
  });

  test("of a single block ranks nothing, and says so", () => {
    const once = resultsOf({ scenarios: ["seed"], blocks: 1 });
    const [first] = decisionBlocks(once, {});
    assert.ok(first?.kind === "text");
    assert.match(first.text, /^Nothing is ranked: one block/);
    const text = recordOfDecision(once, record({}), "a machine");
    assert.match(text, /Nothing is ranked/);
    assert.match(text, /## How sure this is\n\nNo comparison of two transports behind this has a verdict/);
  });

  const headOf = (results: Results, needs: string) =>
    recordOfDecision(results, record({ needs }), "a machine").split("\n")[0];

  test("is headed by whom it puts first, and by nobody where that is not proven", () => {
    const nobody = "# Transport for notifications: not decided by figures";
    assert.equal(headOf(resultsOf({ scenarios: ["seed"], blocks: 1 }), "none"), nobody);
    assert.equal(headOf(noisy(), "none"), nobody);
    const firm = resultsOf({
      scenarios: ["seed"],
      blocks: 5,
      transports: ["websocket", "sse"],
      trial: (trial) => ({
        ...trial,
        metrics: metricsOf((trial.transport === "sse" ? 5 : 1) + trial.block / 100),
      }),
    });
    assert.equal(headOf(firm, "none"), "# Transport for notifications: websocket");
  });

  test.each([
    ["offline", "mqtt"],
    ["browser, offline", "not decided by figures"],
  ])("by what is required alone (%s) says that, and not that there were few blocks", (needs, head) => {
    assert.equal(headOf(RESULTS, needs), `# Transport for notifications: ${head}`);
    assert.match(
      recordOfDecision(RESULTS, record({ needs }), "a machine"),
      /## How sure this is\n\nThe requirements decided this\. No figures were compared\.\n/,
    );
  });
});
