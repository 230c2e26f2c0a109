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

test("any two were side by side about equally often, and a launch's groups do not depend on how many follow", () => {
  const items = ["a", "b", "c", "d", "e", "f"];
  for (const seed of [1, 2, 3]) {
    const met = new Map<string, number>();
    for (let launch = 0; launch < 10; launch += 1)
      for (const group of grouped(items, 2, seed, launch))
        for (const a of group) for (const b of group) if (a < b) met.set(a + b, (met.get(a + b) ?? 0) + 1);
    // Ten launches of two groups of three make 60 meetings of 15 pairs: 4 each.
    assert.equal(met.size, 15);
    assert.ok(
      [...met.values()].every((times) => times >= 3 && times <= 5),
      JSON.stringify([...met]),
    );
    assert.deepEqual(grouped(items, 2, seed, 4), grouped(items, 2, seed, 4));
  }
});
