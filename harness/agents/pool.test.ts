import assert from "node:assert/strict";
import { test } from "vitest";
import { whyUnlike } from "./member.ts";
import { boundOver, latencyBoundUs } from "./pool.ts";

test("a clock's bound holds from the first comparison to the last", () => {
  const before = { offsetUs: 1_000, boundUs: 20 };
  assert.deepEqual(boundOver(before, { offsetUs: 1_005, boundUs: 10 }), {
    offsetUs: 1_000,
    boundUs: 20,
    driftUs: 5,
  });
  assert.deepEqual(boundOver(before, { offsetUs: 900, boundUs: 10 }), {
    offsetUs: 1_000,
    boundUs: 110,
    driftUs: -100,
  });
});

test("a latency between agents is bound by the two worst clocks; on one agent it needs none", () => {
  const agent = (boundUs: number, loadProcesses = 1) => ({ boundUs, loadProcesses });
  assert.equal(latencyBoundUs([agent(5), agent(30), agent(20)]), 50);
  assert.equal(latencyBoundUs([agent(30)]), 0);
  assert.equal(latencyBoundUs([agent(30), agent(90, 0)]), 0);
});

test("another version and another protocol are told in one line", () => {
  const same = { version: "0.1.0", protocol: 6 };
  assert.equal(whyUnlike(same, same), undefined);
  assert.match(
    whyUnlike({ ...same, version: "0.0.9" }, same) ?? "",
    /0\.0\.9.*0\.1\.0.*same version on both/,
  );
  assert.match(whyUnlike({ ...same, protocol: 5 }, same) ?? "", /protocol 5.*6.*same build on both/);
});
