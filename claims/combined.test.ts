import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { combined } from "./combined.ts";
import type { Verdict } from "./verdict.ts";

const HOLDS: Verdict = "holds here";
const CONDITIONS: Verdict = "holds under these conditions";
const NOT: Verdict = "contradicted here";
const OPEN: Verdict = "can't be told";

type Row = readonly [what: string, verdicts: readonly Verdict[], expected: Verdict];

test("wrong arithmetic decides for all; without readings nothing is told", () => {
  assert.equal(combined([{ verdict: HOLDS }], false), "arithmetic wrong");
  assert.equal(combined([], true), OPEN);
});

const ALTERNATIVES: readonly Row[] = [
  ["agree", [HOLDS, HOLDS], HOLDS],
  ["differ", [HOLDS, NOT], CONDITIONS],
  ["disagree", [NOT, NOT], NOT],
  ["hold as far as they were told", [HOLDS, OPEN], CONDITIONS],
  ["disagree as far as they were told, and may hold by another", [NOT, OPEN], OPEN],
  ["hold in some places", [CONDITIONS, OPEN], CONDITIONS],
  ["can't be told", [OPEN, OPEN], OPEN],
];

test.each(ALTERNATIVES)("alternatives that %s; one part is as none", (_what, verdicts, expected) => {
  const readings = verdicts.map((verdict) => ({ verdict }));
  assert.equal(combined(readings, true), expected);
  const inOnePart = readings.map((one) => ({ ...one, part: "all of it" }));
  assert.equal(combined(inOnePart, true), expected);
});

const PARTS: readonly Row[] = [
  ["all hold", [HOLDS, HOLDS], HOLDS],
  ["one is contradicted", [HOLDS, NOT], NOT],
  ["one is contradicted and one open", [OPEN, NOT], NOT],
  ["one is open", [HOLDS, OPEN], CONDITIONS],
  ["one holds under conditions", [HOLDS, CONDITIONS], CONDITIONS],
  ["all are open", [OPEN, OPEN], OPEN],
];

describe("parts", () => {
  test.each(PARTS)("of which %s", (_what, verdicts, expected) => {
    const readings = verdicts.map((verdict, index) => ({ verdict, part: `part ${index}` }));
    assert.equal(combined(readings, true), expected);
  });

  test("have alternatives of their own", () => {
    const bytes = (verdict: Verdict) => ({ verdict, part: "bytes" });
    const latency = (verdict: Verdict) => ({ verdict, part: "latency" });
    assert.equal(combined([bytes(HOLDS), bytes(NOT), latency(HOLDS)], true), CONDITIONS);
    assert.equal(combined([bytes(NOT), bytes(NOT), latency(HOLDS)], true), NOT);
    assert.equal(combined([bytes(NOT), bytes(OPEN), latency(HOLDS)], true), CONDITIONS);
  });
});
