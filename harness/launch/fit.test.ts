import assert from "node:assert/strict";
import { test } from "vitest";
import { grouped, groupsNeeded } from "./fit.ts";

test("what fits is one group, and what does not is as few as do", () => {
  assert.equal(groupsNeeded(3e9, 6, 8e9), 1);
  assert.equal(groupsNeeded(3e9, 6, 2e9), 2);
  assert.equal(groupsNeeded(3e9, 6, 1.5e9), 3);
  assert.equal(groupsNeeded(3e9, 6, 0), 6, "one at a time is tried in any case");
});

test("groups are of equal size, hold each once, and are others in each launch", () => {
  const items = ["a", "b", "c", "d", "e", "f", "g"];
  const met = new Set<string>();
  for (let launch = 0; launch < 40; launch += 1) {
    const groups = grouped(items, 3, 1, launch);
    assert.deepEqual(groups.map((group) => group.length).toSorted(), [2, 2, 3]);
    assert.deepEqual(groups.flat().toSorted(), items);
    for (const group of groups) for (const a of group) for (const b of group) met.add(`${a}${b}`);
  }
  assert.equal(met.size, items.length ** 2);
});
