import assert from "node:assert/strict";
import { test } from "vitest";
import { madeUp } from "./figures.test-fixture.ts";
import { renderInstructorPage } from "./instructor.ts";
import { ON_LONG_POLLING, ON_WEBSOCKET } from "./journey.test-fixture.ts";
import { type LessonRecord, WORKSHOP_SCHEMA } from "./record.ts";
import { lessons } from "./registry.ts";

const [sixWays, , , , , , , decide] = lessons;
assert.ok(sixWays && decide);
const page = (records: Readonly<Record<string, Partial<LessonRecord>>>, seconds = 60) => {
  const whole = Object.entries(records).map(([number, own]) => {
    const startedAt = "2026-01-02T03:04:05.000Z";
    return [number, { startedAt, answers: {}, ...own }] as const;
  });
  const record = { schema: WORKSHOP_SCHEMA, lessons: Object.fromEntries(whole) } as const;
  return renderInstructorPage(lessons, record, () => seconds, { client: () => ({ style: "", script: "" }) });
};

test("the instructor's page draws the journeys that the lesson has drawn", () => {
  const figures = { ...madeUp(sixWays) };
  const drawn = page({ "1": { figures, journeys: [ON_WEBSOCKET, ON_LONG_POLLING] } });
  assert.equal(drawn.split('class="sequence').length - 1, 2);
  assert.equal(page({ "1": { figures } }).split('class="sequence').length - 1, 0);
});

test("the instructor's page says by which answers the expected order is, and what is out", () => {
  const figures = {
    ...madeUp(decide),
    "score of grpc": { absent: "no page speaks it", excluded: true as const },
  };
  const shown = page({ "8": { figures, answers: { needs: "browser", weights: "latency=3, cpu=1" } } });
  assert.match(
    shown,
    /on which the order depends: What must it have\? browser\. What matters to you, .*latency=3, cpu=1\./,
  );
  assert.match(shown, /which that run does not tell apart/);
  assert.match(shown, />out</);
});

test("the instructor's page gives lessons that measure for long more time to run, within the same quarter of an hour", () => {
  assert.doesNotMatch(page({}), /for longer/);
  const figures = { some: { value: 1, blocks: 3, unit: "micros" } } as const;
  assert.match(
    page({ "4": { seconds: 130, figures } }),
    /Lesson 4 measures for longer: .*reveal, explain 7 min.* while it runs\. The command/,
  );
  assert.match(page({}, 101), /Lessons 1, 2, .* and 8 measure for longer/);
});

test("the instructor's page goes by the estimate where a lesson has measured nothing", () => {
  const figures = { some: { absent: "no Redis" } };
  assert.doesNotMatch(page({ "7": { seconds: 0.1, figures } }), / here<\/td>/);
  const seen = { some: { value: 1, blocks: 3, unit: "micros" } } as const;
  assert.match(page({ "7": { seconds: 70, figures: seen } }), / here<\/td>/);
});
