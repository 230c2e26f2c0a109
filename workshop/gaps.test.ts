import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { resultsOf, unwell } from "../reports/model/results.test-fixture.ts";
import { figureIn, withExact } from "./evidence.ts";
import { isSeen } from "./figures.ts";
import { fewBlocksText, notMeasuredText } from "./gaps.ts";
import { workshopSchema } from "./record.ts";
import { lessons } from "./registry.ts";

const cpu = { of: { transport: "sse", metric: "cpu" } };
const trials = (bad: readonly number[]) =>
  resultsOf({
    transports: ["sse"],
    blocks: 3,
    trial: (trial) => (bad.includes(trial.block) ? unwell(trial, "invalid", "the machine was busy") : trial),
  }).trials;

describe("a figure that lost a block", () => {
  test("has no interval, and the learner is told of how many blocks and why", () => {
    const figure = figureIn(cpu, trials([1]));
    assert.ok(isSeen(figure) && !figure.interval && figure.blocks === 2);
    assert.equal(
      fewBlocksText({ "cpu of sse": figure, "cpu of all": figure }),
      'Too little for an interval, which needs three blocks: "cpu of sse" and "cpu of all" rest on 2 blocks, since sse was invalid (the machine was busy). ' +
        "Whether they are higher or lower than other figures is left open.",
    );
  });

  test("is not spoken of where it lost none, is counted, a score, or not there at all", () => {
    const whole = figureIn(cpu, trials([]));
    assert.ok(isSeen(whole) && whole.interval && whole.missing === undefined);
    const one = { value: 1, blocks: 1, unit: "count" } as const;
    const figures = { whole, exact: { ...one, exact: true }, score: { ...one, place: "open" } } as const;
    assert.equal(fewBlocksText({ ...figures, none: { absent: "no Redis" } }), undefined);
  });

  test("is kept in the learner's file with its reason", () => {
    const figures = {
      cpu: figureIn(cpu, trials([0])),
      out: { absent: "no page", excluded: true },
      score: { value: 1.2, blocks: 3, unit: "x", place: "open" },
    };
    const own = { startedAt: "2026-01-02T03:04:05.000Z", answers: {}, figures };
    const record = { schema: "notif-lab/workshop@1", lessons: { "4": own } };
    assert.deepEqual(workshopSchema.parse(JSON.parse(JSON.stringify(record))), record);
  });
});

test("what is not measured is told with each of its reasons, three at most, and without what is out", () => {
  const absent = (...reasons: readonly string[]) =>
    Object.fromEntries(reasons.map((reason, at) => [String(at), { absent: reason }]));
  assert.equal(notMeasuredText({ out: { absent: "no page", excluded: true } }), undefined);
  assert.equal(notMeasuredText(absent("a", "a", "b")), "3 of 3 figures, since a; and since b");
  assert.equal(
    notMeasuredText(absent("a", "b", "c", "d")),
    "4 of 4 figures, since a; and since b; and since c; and for 1 further reason",
  );
});

test("bytes of a recording and losses of the worst block are counted, also in files of before; means are not", () => {
  const [sixWays, , , whoPays, , whenThingsDie] = lessons;
  assert.ok(sixWays && whoPays && whenThingsDie);
  const one = { value: 458, blocks: 1, unit: "bytes" } as const;
  const isExact = (lesson: typeof sixWays, id: string) => {
    const figure = withExact(lesson, { [id]: one })[id];
    return isSeen(figure) && figure.exact === true;
  };
  assert.ok(isExact(sixWays, "websocket"));
  assert.ok(isExact(whenThingsDie, "lost on mqtt"));
  assert.ok(!isExact(whoPays, "cpu of sse"));
});
