import { describe, expect, test } from "vitest";
import { Tally } from "./tally.ts";

const NEWS = "topic/news";
const event = (seq: number, at = seq * 100) => ({ channel: NEWS, seq, at }) as const;
const reads = (tally: Tally, seqs: readonly number[]) =>
  seqs.map((seq) => tally.take(event(seq), seq * 100 + 1));

describe("counting by sequence numbers", () => {
  test("counts what comes in order", () => {
    const tally = new Tally();
    tally.begin(NEWS, 4);
    expect(reads(tally, [5, 6])).toEqual(["new", "new"]);
    expect(tally.counters).toEqual({ received: 2, replayed: 0, missed: 0, lost: 0, repeated: 0 });
  });

  test("a gap that nobody told of is lost, and what comes twice is counted once", () => {
    const tally = new Tally();
    tally.begin(NEWS, 0);
    expect(reads(tally, [1, 4, 4])).toEqual(["new", "new", "repeated"]);
    expect(tally.counters).toEqual({ received: 2, replayed: 0, missed: 0, lost: 2, repeated: 1 });
  });
});

describe("a fault in words", () => {
  test("all was replayed, some of it before the client said that it is back", () => {
    const tally = new Tally();
    tally.begin(NEWS, 1);
    tally.leave(1_000);
    expect(reads(tally, [2])).toEqual(["late"]);
    tally.back(2_200, 500, []);
    expect(tally.settle({ [NEWS]: 5 }, 2_210)).toBeUndefined();
    expect(reads(tally, [3, 4, 5])).toEqual(["late", "late", "new"]);
    expect(tally.settle({ [NEWS]: 9 }, 2_300)).toBe("back after 1.2 s: 3 replayed, 0 lost");
    expect(tally.settle({ [NEWS]: 9 }, 2_400)).toBeUndefined();
  });

  test("a gap is missed where the client said so, though it came first", () => {
    const tally = new Tally();
    tally.begin(NEWS, 1);
    tally.leave(0);
    reads(tally, [11]);
    tally.back(1_000, 1_200, [NEWS]);
    expect(tally.settle({ [NEWS]: 11 }, 1_001)).toBe(
      "back after 1.0 s: 1 replayed, 9 missed, and it said so, 0 lost",
    );
  });

  test("where nothing comes after the gap, the service's own count tells it", () => {
    const tally = new Tally();
    tally.begin(NEWS, 1);
    tally.leave(0);
    tally.back(1_000, 2_000, [NEWS]);
    expect(tally.settle({ [NEWS]: 4 }, 1_001)).toBeUndefined();
    expect(tally.settle({ [NEWS]: 4 }, 6_001)).toBe(
      "back after 1.0 s: 0 replayed, 3 missed, and it said so, 0 lost",
    );
    expect(tally.counters.missed).toBe(3);
  });

  test("what is late but not told is still to come, and not yet lost", () => {
    const tally = new Tally();
    tally.begin(NEWS, 1);
    tally.leave(0);
    tally.back(1_000, 2_000, []);
    tally.settle({ [NEWS]: 4 }, 1_001);
    expect(tally.settle({ [NEWS]: 4 }, 6_001)).toBe("back after 1.0 s: 0 replayed, 0 lost, 3 still to come");
  });

  test("what a stalled server held back comes late, though it comes before one knows that it flows", () => {
    const tally = new Tally();
    tally.begin(NEWS, 0);
    tally.stall(true, 0, 0);
    expect(tally.take(event(1, 990), 1_000)).toBe("new");
    expect(tally.take(event(2, 1_000), 3_000)).toBe("late");
    tally.stall(false, 3_010, 3_010);
    expect(tally.take(event(3, 3_005), 3_020)).toBe("late");
    expect(tally.settle({ [NEWS]: 3 }, 3_030)).toBe("flows again after 3.0 s: 2 came late, 0 lost");
  });

  test("a connection that is lost while stalled is one story", () => {
    const tally = new Tally();
    tally.begin(NEWS, 0);
    tally.stall(true, 0, 0);
    tally.leave(5_000);
    tally.stall(false, 6_000, 6_000);
    expect(tally.settle({ [NEWS]: 1 }, 6_100)).toBeUndefined();
    tally.back(7_000, 7_000, []);
    reads(tally, [1]);
    expect(tally.settle({ [NEWS]: 1 }, 7_100)).toBe("back after 7.0 s: 1 replayed, 0 lost");
  });

  test("a cut that the client does not even tell of", () => {
    const tally = new Tally();
    tally.begin(NEWS, 1);
    tally.cut(1_000, 250);
    expect(reads(tally, [2, 3])).toEqual(["late", "new"]);
    expect(tally.settle({ [NEWS]: 3 }, 1_900)).toBeUndefined();
    expect(tally.settle({ [NEWS]: 3 }, 2_100)).toBe("cut, and went on at once: 1 came late, 0 lost");
  });

  test("a cut that it tells of counts as that alone", () => {
    const tally = new Tally();
    tally.begin(NEWS, 0);
    tally.cut(1_000, 0);
    tally.leave(1_001);
    expect(tally.settle({ [NEWS]: 0 }, 3_000)).toBeUndefined();
    tally.back(3_001, 200, []);
    expect(tally.settle({ [NEWS]: 0 }, 3_002)).toBe("back after 2.0 s: 0 replayed, 0 lost");
  });
});
