import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { drawnJourneys } from "./drawn-journeys.ts";
import { ON_LONG_POLLING, ON_WEBSOCKET } from "./journey.test-fixture.ts";
import { countIn, unitOfCount } from "./journey-counts.ts";
import { journeyPicture, messagesIn } from "./journey-picture.ts";
import { workshopSchema } from "./record.ts";
import { lessons } from "./registry.ts";

describe("what is counted in a journey", () => {
  test.each([
    ["messages", 6, 8],
    ["bytes", 60, 80],
    ["text", 24, 32],
    // A's publish and B's mark are answered; on long polling each delivery answers a poll as well.
    ["round trips", 2, 4],
    // Each connects and follows.
    ["opening", 4, 4],
  ] as const)("%s", (counts, websocket, polling) => {
    assert.equal(countIn(ON_WEBSOCKET, counts), websocket);
    assert.equal(countIn(ON_LONG_POLLING, counts), polling);
  });

  test("is bytes, or so many of something", () => {
    assert.deepEqual([unitOfCount("text"), unitOfCount("round trips")], ["bytes", "count"]);
  });
});

describe("a journey that a lesson draws", () => {
  const [sixWays, milliseconds] = lessons;
  assert.ok(sixWays && milliseconds);
  const journey = (_experiment: string, transport: string) =>
    transport === "websocket" ? ON_WEBSOCKET : "it could not be recorded";

  test("has the notification's own messages, where it was recorded", () => {
    const [one, ...others] = drawnJourneys(sixWays, { journey });
    assert.ok(one);
    assert.deepEqual(others, []);
    assert.deepEqual(
      one.segments.map(({ step }) => step),
      ["publish", "publish", "publish", "read", "read", "read"],
    );
    assert.deepEqual(drawnJourneys(milliseconds, { journey }), []);
  });

  test("is kept in the learner's file", () => {
    const journeys = drawnJourneys(sixWays, { journey });
    const lesson = { startedAt: "2026-01-02T03:04:05.000Z", answers: {}, journeys };
    const record = { schema: "notif-lab/workshop@1", lessons: { "1": lesson } };
    assert.deepEqual(workshopSchema.parse(JSON.parse(JSON.stringify(record))), record);
  });

  test("is told in words and drawn, and what a file says is text", () => {
    const [one] = drawnJourneys(sixWays, { journey });
    assert.ok(one);
    assert.deepEqual(messagesIn(one).slice(0, 2), [
      "1 A → server: <frame>, 10 bytes",
      "2 server → B: <frame>, 10 bytes",
    ]);
    const { markup } = journeyPicture(one);
    assert.equal(markup.split('class="shaft"').length - 1, 6);
    assert.match(markup, /body 24 B; .*framing 36 B; .*60 B in all/);
    assert.ok(!markup.includes("<frame>"));
  });
});
