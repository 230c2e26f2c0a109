import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { explained, madeUp } from "./figures.test-fixture.ts";
import type { Figures } from "./figures.ts";
import type { Lesson } from "./lesson.ts";
import { lessons } from "./registry.ts";
import { standing } from "./standing.ts";

const lesson = (number: number): Lesson => {
  const found = lessons[number - 1];
  assert.ok(found);
  return found;
};

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
    both(2, { publish: 400, server: 100, wait: 300, client: 200 }, { server: 9_000 }, [
      /largely a comparison of client libraries/,
      /The larger part was the server's/,
    ]);
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
    both(3, { "closed p99": 190_000, "open p99": 200_000 }, { "closed p99": 500_000, "open p99": 200_000 }, [
      /is near the open loop's/,
      /is far above the open loop's/,
    ]);
    const one = lesson(3);
    const wide: Figures = {
      ...madeUp(one),
      "closed p99": { value: 2_000, interval: { low: 100, high: 9_000 }, blocks: 3, unit: "micros" },
      "open p99": { value: 8_000, interval: { low: 1_000, high: 30_000 }, blocks: 3, unit: "micros" },
    };
    assert.match(
      explained(one, wide),
      /the intervals overlap: they can't be told apart\. Usually the closed/,
    );
  });

  test("3: whether the median saw nothing of the stall", () => {
    const [quick, slow] = [{ "open p50": 1_000 }, { "open p50": 60_000 }];
    both(3, quick, slow, [
      /median is 1\.00 ms, as if nothing had happened/,
      /median is 60\.0 ms, though far more than half/,
    ]);
  });

  test("3: whom the mean speaks of", () => {
    const open = (mean: number, p90 = 2_000) => ({
      ...{ "open p50": 1_000, "open p90": p90, "open mean": mean, "open p99": 216_000 },
    });
    // Slow machine: ordinary deliveries come near the mean.
    both(3, open(9_000), open(9_000, 6_000), [/0\.4 % of all/, /here it does not/]);
    both(3, open(9_000), open(1_200), [
      /mean is 9\.00 ms .*: 9 times the median, and the p99 is 24 times the mean\. .* 0\.4 % of all/,
      /here it does not, so look whether your machine kept up/,
    ]);
  });

  test("3: that the closed loop's p99 may be below the open loop's mean", () => {
    both(3, { "closed p99": 2_000, "open mean": 9_000 }, { "closed p99": 20_000, "open mean": 9_000 }, [
      /99 of 100 users wait less than the average user/,
      /Usually it is the other way round/,
    ]);
  });

  test("4: what a large service pays, and whether memory is more than a process has", () => {
    const cpu = (websocket: number, polling: number) => ({
      ...{ "cpu of websocket": websocket, "cpu of long-polling": polling, "memory of websocket": 20_000 },
    });
    both(4, cpu(200, 600), cpu(600, 200), [/every hour\./, /that WebSocket is the dearer one is not/]);
    both(4, cpu(200, 600), cpu(200, 205), [
      /this difference every hour/,
      /Which of the two is dearer, this run/,
    ]);
    both(4, { "memory of websocket": 20_000 }, { "memory of websocket": 200_000 }, [
      /less than the empty Node\.js process/,
      /more than the empty Node\.js process/,
    ]);
    both(
      4,
      { "memory of sse": 40_000, "memory of websocket": 20_000 },
      { "memory of sse": 10_000, "memory of websocket": 20_000 },
      [/A likely cause is the library/, /0\.5 times WebSocket's memory\. Libraries differ/],
    );
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
      /can't be told apart/,
    ]);
  });

  test("5: what the link leaves, whether long polling took longer, and a rate that made nothing longer", () => {
    both(5, { "websocket on 3g": 300_000 }, { "websocket on 3g": 340_000 }, [
      /150 ms down, and next to nothing else/,
      /150 ms down, and 40\.0 ms for everything else/,
    ]);
    const ratio = (value: number) => ({ "ratio on 3g": value });
    both(5, ratio(1.6), ratio(1), [
      /waited for the answer to the one before/,
      /don't tell apart from the same/,
    ]);
    both(5, ratio(1.08), ratio(0.8), [/WebSocket's, a little more/, /which is less, and not what/]);
    both(5, { "slow p50": 1_000 }, { "slow p50": 90_000, "quick p50": 26_000 }, [
      /intervals overlap/,
      /lower, which is not what such a link does/,
    ]);
    const one = lesson(5);
    assert.match(explained(one, madeUp(one, ratio(1.6), 2)), /So few blocks don't tell whether that differs/);
  });

  test("5: a wide interval is neither a little more nor the same", () => {
    const one = lesson(5);
    const wide = (low: number): Figures => ({
      ...madeUp(one),
      "ratio on 3g": { value: 2, interval: { low, high: 3.9 }, blocks: 3, unit: "x" },
    });
    for (const [low, says] of [
      [1.03, /which is more; by how much, these blocks hardly tell\./],
      [0.6, /which these blocks don't tell apart from the same\./],
    ] as const) {
      const text = explained(one, wide(low));
      assert.match(text, says);
      assert.doesNotMatch(text, /a little more|each user gets little/);
    }
  });

  test("6: how soon all were back, what was held and who was cut off", () => {
    both(6, { storm: 1.2 }, { storm: 2.6 }, [/Nearly all of that is/, /some needed a second try/]);
    both(6, { held: 1_000_000 }, { held: 1_060_000 }, [
      /Its limit is 1 MiB\./,
      /counted before it is refused/,
    ]);
    both(6, { "cut off": 2 }, { "cut off": 0 }, [/cut off 2 such readers/, /cut off no such reader/]);
    both(6, { "lost on websocket": 0, "lost on mqtt": 9 }, { "lost on websocket": 3, "lost on mqtt": 9 }, [
      /and gets the rest\./,
      /here some is missing all the same/,
    ]);
  });

  test("6: what was lost, and whether anybody was told", () => {
    both(
      6,
      { "lost on websocket": 0, "lost on mqtt": 200, "unsaid on mqtt": 0 },
      { "lost on websocket": 0, "lost on mqtt": 200, "unsaid on mqtt": 12 },
      [/None of MQTT's losses was without notice/, /12 of MQTT's losses were without notice/],
    );
    const lost = { "lost on websocket": 3, "lost on mqtt": 200 };
    both(
      6,
      { ...lost, "unsaid on websocket": 0, "unsaid on mqtt": 0 },
      { ...lost, "unsaid on websocket": 2, "unsaid on mqtt": 12 },
      [
        /None of WebSocket's and MQTT's losses was without notice/,
        /2 of WebSocket's and 12 of MQTT's losses were without notice/,
      ],
    );
  });

  test("6: where nothing was lost nothing is said of notice, and what did not come twice might have", () => {
    const one = lesson(6);
    const nothing = {
      ...{ "lost on websocket": 0, "lost on mqtt": 0, "unsaid on websocket": 0, "unsaid on mqtt": 0 },
      ...{ "twice on websocket": 0, "twice on mqtt": 0 },
    };
    const text = explained(one, madeUp(one, nothing));
    assert.doesNotMatch(text, /without notice/);
    assert.match(text, /Nothing came twice\. At-least-once delivery would allow it,/);
  });

  test("7: whether the death of a node lost anything", () => {
    const nothing = { "lost on websocket": 0, "lost on long-polling": 0, "lost in the roll-out": 0 };
    both(7, nothing, { ...nothing, "lost on websocket": 5 }, [
      /nothing is missing though/,
      /some clients did not get it/,
    ]);
    both(7, nothing, { ...nothing, "lost on long-polling": 5 }, [
      /nothing is missing though/,
      /0 deliveries were lost on WebSocket and 5 on long polling, .* some clients did not get it/,
    ]);
    const back = (seconds: number) => ({ "back on websocket": seconds, "back on long-polling": 1.1 });
    both(7, back(1.2), back(5), [/to a node that lives\. Had/, /needed more than one try/]);
  });

  test("8: who is out, and why", () => {
    const one = lesson(8);
    assert.match(explained(one, madeUp(one)), /No transport is out/);
    const out: Figures = { ...madeUp(one), "score of grpc": { absent: "no page speaks it", excluded: true } };
    assert.match(explained(one, out), /Out by what you require: grpc \(no page speaks it\)\./);
    assert.doesNotMatch(explained(one, out), /Not measured/);
    const missing: Figures = { ...madeUp(one), "score of mqtt": { absent: "it was void" } };
    assert.match(
      explained(one, missing),
      /No transport is out[\s\S]*Not measured, .*: mqtt \(it was void\)\./,
    );
  });
});

test("1: what people often say of the smallest is not what a recorded run shows", () => {
  // Bytes that one machine recorded.
  const recorded = { websocket: 458, socketio: 462, sse: 1_075, "long-polling": 1_730, grpc: 275, mqtt: 577 };
  const one = lesson(1);
  const asked = one.predictions.find(({ kind }) => kind === "choice");
  assert.ok(asked?.kind === "choice");
  const found = standing(asked, madeUp(one, recorded));
  assert.ok("best" in found && found.best.length === 1);
  const claims = one.teacher.wrong
    .map(({ says }) => says.toLowerCase())
    .filter((says) => says.includes("smallest"));
  assert.ok(claims.length > 0);
  for (const says of claims) assert.ok(!says.includes(found.best[0] ?? ""), says);
});
