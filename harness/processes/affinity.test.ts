import assert from "node:assert/strict";
import { test } from "vitest";
import { divideProcessors, parseProcessorList } from "./affinity.ts";

test("a list of CPUs is read as Linux writes it", () => {
  assert.deepEqual(parseProcessorList("0-2,5,7-8"), [0, 1, 2, 5, 7, 8]);
  assert.deepEqual(parseProcessorList("3"), [3]);
  assert.deepEqual(parseProcessorList(""), []);
  assert.deepEqual(parseProcessorList("x-y"), []);
});

test("server and load share no CPU, or there is a reason", () => {
  const affinity = divideProcessors();
  if (typeof affinity === "string") {
    assert.match(affinity, /^it needs /);
    return;
  }
  assert.ok(affinity.server.length > 0 && affinity.load.length > 0);
  assert.ok(affinity.server.every((processor) => !affinity.load.includes(processor)));
});
