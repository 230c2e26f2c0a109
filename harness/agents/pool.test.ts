import assert from "node:assert/strict";
import { test } from "vitest";
import { latencyBoundUs } from "../trial/agent-figures.ts";
import { whyUnlike } from "./member.ts";
import { boundOver } from "./pool.ts";

const compared = { offsetUs: 1_000, boundUs: 20, rate: 0, heldUs: 0, strayUs: 0, probes: 0 };

test("a clock's bound holds from the first comparison to the last", () => {
  const over = (later: Partial<typeof compared>[]) =>
    boundOver(
      compared,
      later.map((one) => ({ ...compared, ...one })),
    );
  assert.deepEqual(over([{ heldUs: -5, boundUs: 10 }]), {
    offsetUs: 1_000,
    boundUs: 20,
    driftUs: 5,
    driftPpm: 0,
  });
  assert.deepEqual(over([{ heldUs: 100, boundUs: 10, rate: -2e-6 }]), {
    offsetUs: 1_000,
    boundUs: 110,
    driftUs: -100,
    driftPpm: -2,
  });
  assert.equal(over([{ heldUs: 100 }, { heldUs: 0 }]).boundUs, 120);
  assert.equal(over([{ strayUs: 4_000 }]).boundUs, 4_000);
});

test("a latency between agents is bound by the two worst clocks; on one agent it needs none", () => {
  const agent = (boundUs: number, users = 1) => ({ boundUs, users });
  assert.equal(latencyBoundUs([agent(5), agent(30), agent(20)]), 50);
  assert.equal(latencyBoundUs([agent(30)]), 0);
  assert.equal(latencyBoundUs([agent(30), agent(90, 0)]), 0);
});

test("another version, another protocol and another Node.js are told in one line", () => {
  const same = { version: "0.1.0", protocol: 6, node: "v20.20.2" };
  assert.equal(whyUnlike(same, same), undefined);
  assert.match(
    whyUnlike({ ...same, version: "0.0.9" }, same) ?? "",
    /0\.0\.9.*0\.1\.0.*same version on both/,
  );
  assert.match(whyUnlike({ ...same, protocol: 5 }, same) ?? "", /protocol 5.*6.*same build on both/);
  assert.match(
    whyUnlike({ ...same, node: "v22.1.0" }, same) ?? "",
    /Node.js v22\.1\.0.*v20\.20\.2.*same on both/,
  );
});
