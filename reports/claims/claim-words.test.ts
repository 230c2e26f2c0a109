import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Claim } from "../../claims/claim.ts";
import type { Metrics } from "../../harness/result/result.ts";
import { arithmeticText } from "./claim-words.ts";
import { decimalBytes } from "./decimal-bytes.ts";
import { findingOf } from "./findings.ts";
import { claimOf, evidenceOf, READINGS } from "./synthetic.test-fixture.ts";
import { turnText } from "./words.ts";

describe("readings are told apart", () => {
  const stated = (meaning: string, part?: string): Claim["readings"][number] => ({
    kind: "stated",
    meaning,
    ...(part === undefined ? {} : { part }),
    verdict: "holds here",
    because: "it does",
    by: "a standard",
  });
  const told = (...some: Claim["readings"]) =>
    findingOf(claimOf(...some), "quick", { lacking: () => undefined, trials: () => "" }).because;
  const OTHERS = "It does (by a standard or by a test of the lab, not measured here).";

  test("by the shortest beginning of their meaning that is theirs alone", () => {
    assert.equal(told(stated("now and then: rarely")), OTHERS);
    assert.equal(
      told(stated("now and then: rarely"), stated("in a stream, all the time")),
      `Now and then (holds): ${OTHERS} In a stream (holds): ${OTHERS}`,
    );
    assert.equal(
      told(
        stated("fewer on mqtt (QoS 0, clean) than on sse (says the guide)"),
        stated("fewer on mqtt (QoS 0, clean) than on tcp"),
      ),
      `Fewer on mqtt (QoS 0, clean) than on sse (holds): ${OTHERS} Fewer on mqtt (QoS 0, clean) than on tcp (holds): ${OTHERS}`,
    );
  });

  test("and where they are open, with their part", () => {
    const open = (meaning: string): Claim["readings"][number] => ({
      kind: "untried",
      meaning,
      part: "header bytes",
      because: "there is no such client",
    });
    assert.equal(
      told(stated("polls", "latency"), open("a client that asks every second")),
      `Latency: ${OTHERS} Left open (header bytes): a client that asks every second. Not tried: there is no such client.`,
    );
  });

  test("behind the part of the sentence that they are of", () => {
    assert.equal(
      told(stated("all: busy", "CPU"), stated("none: idle", "CPU"), stated("none lost", "stable")),
      `CPU, all (holds): ${OTHERS} CPU, none (holds): ${OTHERS} Stable: ${OTHERS}`,
    );
  });
});

describe("of none lost it is said", () => {
  const [, crowd] = READINGS.find(([name]) => name === "seed-socketio-memory 2") ?? [];
  const because = (faults: number, lost: number) => {
    assert.ok(crowd);
    const whole = evidenceOf(crowd, "quick", lost);
    const one = { kind: "kill-server", fromSeconds: 1 } as unknown as NonNullable<Metrics["faults"]>[number];
    return findingOf(claimOf(crowd), "quick", {
      ...whole,
      trials: (...words) => {
        const trials = whole.trials(...words);
        if (typeof trials === "string") return trials;
        return trials.map((trial) => ({
          ...trial,
          ...(trial.metrics
            ? {
                metrics: {
                  ...trial.metrics,
                  expected: 100,
                  faults: Array.from({ length: faults }, () => one),
                },
              }
            : {}),
        }));
      },
    }).because;
  };

  test("of how many, and how many may have been missed by chance", () => {
    assert.match(
      because(0, 0),
      /Lost deliveries, socketio\. Agrees \(none lost\): 0 of 300, so in fewer than 0\.99 % of deliveries \(95 %\)/,
    );
    assert.match(because(0, 2), /Does not agree \(none lost\): 6 of 300, 2 in the worst block/);
  });

  test("in how many outages, each of which is one try", () => {
    assert.match(because(1, 0), /0 of 300 in 3 outages, so in fewer than 63 % of outages \(95 %\)/);
  });
});

test("of arithmetic that is not exact it is said how far it is off, and what is allowed", () => {
  const check = { says: "", claimed: 500_000, follows: 28_000_000 / 60, tolerance: 0.1 };
  const made = "its numbers make 466,700";
  assert.equal(
    arithmeticText(check),
    `${made}, near the 500,000 that it says (6.7 % off, and up to 10 % is allowed)`,
  );
  const { tolerance: _, ...strict } = check;
  assert.equal(arithmeticText(strict), `${made}, not 500,000 (6.7 % off, and up to 2 % is allowed)`);
  assert.equal(arithmeticText({ ...check, follows: 500_000 }), "its numbers make 500,000, as it says");
});

test("where it turns is told in the words of the axis, at the sentence's own figure", () => {
  const turn = { between: [0, 40] as [number, number], beyond: "holds" as const };
  assert.equal(
    turnText({ ...turn, estimate: 22.4 }, "round trip, ms"),
    "It begins to hold between round trips of 0 and 40 ms; the sentence's own figure is reached at a round trip of about 22 ms (estimate).",
  );
  assert.equal(turnText(turn, "characters"), "It begins to hold between 0 and 40 characters.");
});

test("bytes are in the unit that sentences have", () => {
  assert.deepEqual([0, 87, 872, 5_898, 17_950, 6_700_000, -1_200].map(decimalBytes), [
    ...["0 B", "87 B", "872 B", "5.90 kB", "18.0 kB", "6.70 MB", "-1.20 kB"],
  ]);
});
