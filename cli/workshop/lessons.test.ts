import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { metricOf } from "../../reports/claims/values.ts";
import { decisionInput } from "../../reports/decision/gather-input.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { summarize } from "../../reports/model/summary.ts";
import { findTransport } from "../../transports/registry.ts";
import { explained, madeUp } from "../../workshop/figures.test-fixture.ts";
import type { Figures } from "../../workshop/figures.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { lessons } from "../../workshop/registry.ts";
import { SPENDING } from "../claims/experiments.ts";
import { experimentOf, MODE, machineSeconds } from "./lesson-experiments.ts";
import { LESSON_SECONDS } from "./lesson-time.ts";

test("there are eight, in order", () => {
  assert.deepEqual(
    lessons.map(({ number }) => number),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
});

test("the right answer to the last question stands in every place, and in none too often", () => {
  const places = lessons.map(({ check }) => check.right);
  const most = Math.max(...lessons.map(({ check }) => check.options.length));
  for (let place = 0; place < most; place += 1) {
    const times = places.filter((one) => one === place).length;
    assert.ok(
      times >= 1 && times <= lessons.length / 2,
      `${times} of ${lessons.length} in place ${place + 1}`,
    );
  }
});

describe.each(lessons.map((one) => [one.number, one] as const))("lesson %i", (_number, one) => {
  test("has experiments for all that it measures, and measures for all that it asks and draws", () => {
    const ids = one.experiments.map(({ id }) => id);
    for (const { experiment } of Object.values(one.measures)) assert.ok(ids.includes(experiment), experiment);
    const asked = one.predictions.flatMap((prediction) =>
      prediction.kind === "number" ? prediction.measure : prediction.options.map(({ measure }) => measure),
    );
    const drawn = one.charts.flatMap(({ bars }) => Object.keys(bars));
    for (const id of [...asked, ...drawn]) assert.ok(one.measures[id], id);
    for (const transport of one.experiments.flatMap(({ transports }) => transports))
      assert.ok(findTransport(transport), transport);
    const transportsOf = (id: string) => one.experiments.find((two) => two.id === id)?.transports ?? [];
    for (const measure of Object.values(one.measures))
      if (measure.from === "trials")
        for (const term of [measure.figure.of, ...(measure.figure.over ? [measure.figure.over] : [])])
          assert.ok(transportsOf(measure.experiment).includes(term.transport), measure.experiment);
  });

  test("draws journeys that it records", () => {
    const recorded = one.experiments.flatMap(({ kind, transports }) =>
      kind === "journey" ? transports : [],
    );
    for (const transport of one.drawn ?? []) assert.ok(recorded.includes(transport), transport);
  });

  test("shows every figure that it measures: in a prediction, a chart or an explanation", () => {
    const asked = one.predictions.flatMap((prediction) =>
      prediction.kind === "number" ? prediction.measure : prediction.options.map(({ measure }) => measure),
    );
    const elsewhere = [...asked, ...one.charts.flatMap(({ bars }) => Object.keys(bars))];
    const usual = explained(one, madeUp(one));
    for (const id of Object.keys(one.measures))
      if (!elsewhere.includes(id))
        assert.notEqual(explained(one, madeUp(one, { [id]: 7_777 })), usual, `${id} is not shown`);
  });

  test("has a check with an answer, and something for the teacher", () => {
    assert.ok(one.check.options[one.check.right]);
    assert.ok(one.teacher.wrong.length >= 3 && one.teacher.discuss.length >= 2);
  });

  test("has as many publishes as its quantiles need", () => {
    for (const measure of Object.values(one.measures)) {
      if (measure.from !== "trials") continue;
      const experiment = one.experiments.find(({ id }) => id === measure.experiment);
      assert.ok(experiment?.kind === "trials");
      const { traffic, phases } = experimentOf(one, experiment).scenario.plan(1);
      const publishes =
        (traffic.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0) * phases.measureMs) / 1_000;
      const needs = metricOf(measure.figure.of).support?.needs ?? 0;
      assert.ok(publishes >= needs, `${measure.experiment}: ${publishes} of ${needs}`);
    }
  });

  test("asks for what can be measured: which node a user is on is known only where no node dies", () => {
    for (const measure of Object.values(one.measures)) {
      if (measure.from !== "trials" || !/NodeP\d+Us$/.test(measure.figure.of.metric)) continue;
      const experiment = one.experiments.find(({ id }) => id === measure.experiment);
      assert.ok(experiment?.kind === "trials");
      assert.deepEqual(experimentOf(one, experiment).scenario.plan(1).faults ?? [], [], measure.experiment);
    }
  });

  test("asks for the weights of what its experiment has figures for, and of nothing else", () => {
    const asked = (one.settings ?? []).find(({ kind }) => kind === "weights");
    if (asked?.kind !== "weights") return;
    const experiment = one.experiments.find(({ kind }) => kind === "trials");
    assert.ok(experiment?.kind === "trials");
    const { traffic, phases, faults = [] } = experimentOf(one, experiment).scenario.plan(1);
    assert.deepEqual(faults, []);
    const rate = traffic.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
    const results = resultsOf({
      scenarios: ["seed"],
      blocks: SPENDING[MODE].blocks,
      publishes: Math.round((rate * phases.measureMs) / 1_000),
    });
    const { criteria, figures } = decisionInput(results, summarize(results));
    const found = criteria.filter((_one, at) => figures.some(({ criterion }) => criterion === at));
    assert.deepEqual(
      asked.criteria,
      found.map(({ key }) => key),
    );
    assert.ok(found.length > 2 && found.length < criteria.length);
  });

  test("speaks of no interval, and tells nothing apart, where too few blocks are behind its figures", () => {
    for (const blocks of [1, 2]) {
      const text = explained(one, madeUp(one, higher(one), blocks));
      assert.doesNotMatch(
        text,
        /\binterval|\bgrew\b|\bshrank\b|apart from the others|went from|\d times (as much|the median|the mean)/,
      );
    }
  });

  test("takes at most 4 minutes of machine time, by estimate", () => {
    const seconds = machineSeconds(one);
    assert.ok(seconds <= LESSON_SECONDS, `${seconds}`);
  });

  test("explains in words without figures, and never shows what was not measured", () => {
    const nothing: Figures = Object.fromEntries(
      Object.keys(one.measures).map((id) => [id, { absent: "it was void" }]),
    );
    for (const figures of [nothing, {}, madeUp(one), madeUp(one, zeros(one)), madeUp(one, {}, 2)]) {
      const text = explained(one, figures);
      assert.ok(text.length > 200);
      assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object/);
    }
  });
});

/** No two figures alike. */
function higher(one: Lesson): Record<string, number> {
  return Object.fromEntries(Object.keys(one.measures).map((id, at) => [id, 1_000 * (at + 1)]));
}

function zeros(one: Lesson): Record<string, number> {
  const counts = Object.entries(one.measures).filter(
    ([, measure]) => measure.from === "trials" && measure.figure.as === "none",
  );
  return Object.fromEntries(counts.map(([id]) => [id, 0]));
}
