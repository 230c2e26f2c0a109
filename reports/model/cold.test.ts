import assert from "node:assert/strict";
import { test } from "vitest";
import { isCold } from "./cell.ts";

const cold = (block: number) => ({
  text: `cold: after ${block} publishes of warm-up the CPU per delivery still moved by -9 %`,
  blocks: [block],
});

test("a transport is cold when most of its launches were, not when one was", () => {
  const blockNumbers = [1, 2, 3, 4];
  assert.equal(isCold({ blockNumbers, notes: [cold(2)] }), false);
  assert.equal(isCold({ blockNumbers, notes: [cold(1), cold(2)] }), false);
  assert.equal(isCold({ blockNumbers, notes: [cold(1), cold(2), cold(4)] }), true);
  assert.equal(isCold({ blockNumbers, notes: [{ text: "unsteady", blocks: [1, 2, 3] }] }), false);
  assert.equal(isCold({ blockNumbers: [1], notes: [cold(1)] }), true);
});
