import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Claimed } from "./claim.ts";
import { withOwnPart } from "./own-part.ts";
import { judge } from "./verdict.ts";

describe("what the lab itself adds to a figure", () => {
  const stateOf = (value: number, claimed: Claimed, most?: number) =>
    withOwnPart(judge([value, 1.01 * value, 0.99 * value], claimed), claimed, {
      says: "its sessions",
      ...(most === undefined ? {} : { most }),
    });
  const twice = { says: "more than twice", low: 2, tolerance: 1 };
  const few = { says: "at most 5 kB", high: 5_000, tolerance: 1 };

  test.each([
    ["above an end, by more than it may be", 2.6, twice, 1.25, "holds"],
    ["above an end, by less", 2.3, twice, 1.25, "unclear"],
    ["below an end that it would have to reach", 1.8, twice, 1.25, "contradicted"],
    ["within what it may be at most, with it and all", 4_000, few, undefined, "holds"],
    ["beyond that, for whichever reason", 6_000, few, undefined, "unclear"],
    ["beyond that, by more than it may be", 7_000, few, 1.25, "contradicted"],
  ] as const)("%s", (_what, value, claimed, most, state) => {
    assert.equal(stateOf(value, claimed, most).state, state);
  });

  test("is named where it may decide", () => {
    assert.match(stateOf(6_000, few).reason ?? "", /own part .*: its sessions/);
  });
});
