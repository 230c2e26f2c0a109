import { expect, test } from "vitest";
import { Arrivals } from "./arrivals.ts";

const news = (seq: number, at: number) => {
  const named = { id: `e-${seq}`, channel: "topic/news", seq, from: "ann", body: `news ${seq}`, at } as const;
  return { kind: "notification", ...named } as const;
};

test("keeps the last hundred, newest first, whether somebody looks or not", () => {
  const arrivals = new Arrivals();
  for (let seq = 1; seq <= 1_000; seq += 1) {
    arrivals.add(news(seq, 0), 3, false);
    if (seq === 450) expect(arrivals.shown).toHaveLength(100);
  }
  expect(arrivals.shown.map(({ body }) => body)).toEqual(
    Array.from({ length: 100 }, (_, index) => `news ${1_000 - index}`),
  );
  expect(arrivals.latencies).toHaveLength(60);
});

test("a clock that went back gives no latency, and what came late counts in none", () => {
  const arrivals = new Arrivals();
  arrivals.add(news(1, 100), 90, false);
  arrivals.add(news(2, 100), 9_000, true);
  arrivals.add(news(3, 100), 104, false);
  expect(arrivals.latencies).toEqual([null, 4]);
});

test("a mark changes the one notification, and none where it is gone", () => {
  const arrivals = new Arrivals();
  arrivals.add(news(1, 0), 1, false);
  arrivals.mark("e-1", "sent");
  arrivals.mark("e-9", 3);
  expect(arrivals.find("e-1")?.receipt).toBe("sent");
  expect(arrivals.shown).toHaveLength(1);
});
