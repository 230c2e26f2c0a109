import assert from "node:assert/strict";
import { test } from "vitest";
import { LabError } from "./errors.ts";

test("from() passes a LabError through and wraps the rest with its cause", () => {
  const original = new LabError("forbidden", "no");
  assert.equal(LabError.from(original, "timeout"), original);
  const cause = new Error("boom");
  const wrapped = LabError.from(cause, "unreachable");
  assert.deepEqual([wrapped.code, wrapped.message, wrapped.cause], ["unreachable", "boom", cause]);
  assert.equal(LabError.from("text").message, "text");
});

test("fromWire() trusts no code it does not know", () => {
  assert.equal(LabError.fromWire("rate_limited", "slow down").code, "rate_limited");
  assert.deepEqual(
    [LabError.fromWire("root_access", 5).code, LabError.fromWire({}, 5).message],
    ["internal", "no reason given"],
  );
});
