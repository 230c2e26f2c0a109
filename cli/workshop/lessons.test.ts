import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { metricOf } from "../../reports/claims/values.ts";
import { findTransport } from "../../transports/registry.ts";
import { explained, madeUp } from "../../workshop/figures.test-fixture.ts";
import type { Figures } from "../../workshop/figures.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { lessons } from "../../workshop/registry.ts";
import { experimentOf, machineSeconds } from "./lesson-experiments.ts";
import { LESSON_SECONDS } from "./lesson-time.ts";

const lesson = (number: number): Lesson => {
  const found = lessons[number - 1];
  assert.ok(found);
  return found;
};

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

  test("takes at most 4 minutes of machine time, by estimate", () => {
    const seconds = machineSeconds(one);
    assert.ok(seconds <= LESSON_SECONDS, `${seconds}`);
  });

  test("explains in words without figures, and never shows what was not measured", () => {
    const nothing: Figures = Object.fromEntries(
      Object.keys(one.measures).map((id) => [id, { absent: "it was void" }]),
    );
    for (const figures of [nothing, {}, madeUp(one), madeUp(one, zeros(one))]) {
      const text = explained(one, figures);
      assert.ok(text.length > 200);
      assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object/);
    }
  });
});

function zeros(one: Lesson): Record<string, number> {
  const counts = Object.entries(one.measures).filter(
    ([, measure]) => measure.from === "trials" && measure.figure.as === "none",
  );
  return Object.fromEntries(counts.map(([id]) => [id, 0]));
}

describe("explanations turn with the figures", () => {
  const both = (
    number: number,
    one: Readonly<Record<string, number>>,
    other: Readonly<Record<string, number>>,
    says: readonly [RegExp, RegExp],
  ) => {
    const texts = [one, other].map((given) => explained(lesson(number), madeUp(lesson(number), given)));
    assert.match(texts[0] ?? "", says[0]);
    assert.doesNotMatch(texts[0] ?? "", says[1]);
    assert.match(texts[1] ?? "", says[1]);
    assert.doesNotMatch(texts[1] ?? "", says[0]);
  };

  test("1: the transport that took the fewest bytes is named", () => {
    both(1, { grpc: 100, mqtt: 500, websocket: 400 }, { grpc: 900, mqtt: 500, websocket: 400 }, [
      /WebSocket, gRPC took the fewest/,
      /WebSocket, WebSocket took the fewest/,
    ]);
  });

  test("1: how many more round trips long polling takes", () => {
    const trips = (polling: number) => ({
      "round trips of websocket": 2,
      "round trips of long-polling": polling,
    });
    both(1, trips(4), trips(2), [
      /2 round trips on WebSocket and 4 on long polling: there each delivery/,
      /2 on long polling, no more than on WebSocket/,
    ]);
  });

  test("2: whether the round trip changed the ratio", () => {
    both(2, { "ratio at 0": 1.2, "ratio at 80": 1.8 }, { "ratio at 0": 1.8, "ratio at 80": 1.81 }, [
      /it grew with the round trip/,
      /don't tell whether the round trip changed it/,
    ]);
  });

  test("3: whether the closed loop hid the stall", () => {
    both(3, { "closed p99": 2_000, "open p99": 200_000 }, { "closed p99": 190_000, "open p99": 200_000 }, [
      /100 times as much, of the same server/,
      /is near the open loop's/,
    ]);
  });

  test("3: whom the mean speaks of", () => {
    const open = (mean: number) => ({ "open p50": 1_000, "open mean": mean, "open p99": 216_000 });
    both(3, open(9_000), open(1_200), [
      /mean is 9\.00 ms .*: 9 times the median, and the p99 is 24 times the mean\. .* 0\.4 % of all/,
      /here it does not, so look whether your machine kept up/,
    ]);
  });

  test("4: the cheapest, or those that can't be told apart", () => {
    const cpu = (websocket: number, sse: number) => ({
      "cpu of websocket": websocket,
      "cpu of sse": sse,
      "cpu of socketio": 900,
      "cpu of long-polling": 2_000,
    });
    both(4, cpu(20, 40), cpu(20, 20.5), [
      /was websocket, and the intervals tell/,
      /websocket and sse can't be told apart/,
    ]);
  });

  test("5: whether the rate made the tail longer", () => {
    both(5, { "slow p50": 26_000, "quick p50": 180_000 }, { "slow p50": 100_000, "quick p50": 101_000 }, [
      /went from 26.0 ms .* with the rate/,
      /don't tell apart/,
    ]);
  });

  test("6: what was lost, and whether anybody was told", () => {
    both(
      6,
      { "lost on websocket": 0, "lost on mqtt": 200, "unsaid on mqtt": 0 },
      { "lost on websocket": 0, "lost on mqtt": 200, "unsaid on mqtt": 12 },
      [/None of MQTT's losses was without notice/, /12 of MQTT's losses were without notice/],
    );
  });

  test("7: whether the death of a node lost anything", () => {
    both(7, { "lost on websocket": 0 }, { "lost on websocket": 5 }, [
      /nothing is missing though/,
      /accepted and not yet written/,
    ]);
  });

  test("8: who is out, and why", () => {
    const one = lesson(8);
    assert.match(explained(one, madeUp(one)), /No transport is out/);
    const without = { ...madeUp(one), "score of grpc": { absent: "a page can't speak it" } };
    assert.match(explained(one, without), /Without a score: grpc \(a page can't speak it\)/);
  });
});
