import assert from "node:assert/strict";
import { test } from "vitest";
import { fanOut } from "../../scenarios/fan-out.ts";
import { parseLink } from "../../scenarios/link.ts";
import { planSchema } from "../../scenarios/plan.ts";
import { runOne, specOf } from "../trial/one-trial.test-fixture.ts";
import { droppedSegments, whyNoPacketLoss } from "./packet-loss.ts";

const params = { connections: 8, rate: 100, payload: 64, duration: 1, warmup: 0 };

const reason = whyNoPacketLoss();
const unless = reason === undefined ? "" : ` (not here: ${reason})`;

test.skipIf(reason !== undefined)(`where no rule stands, no count is made up${unless}`, () => {
  assert.throws(() => droppedSegments(process.pid), { code: "internal" });
});

test.skipIf(reason !== undefined)(
  `a trial gets the packet loss of its link, and counts it, and TCP brings all deliveries all the same${unless}`,
  { timeout: 60_000 },
  async () => {
    const plan = planSchema.parse({ ...fanOut.plan(params, 1), link: parseLink("drop=5%") });
    const trial = await runOne(specOf(plan, { name: "tcp" }, params));
    assert.ok(trial.metrics, trial.reason);
    const { droppedSegments = 0, delivered, expected, lost } = trial.metrics;
    // Some 700 deliveries a second in as many segments; that none of so many is dropped has a chance of 1e-15.
    assert.ok(expected >= 500 && droppedSegments > 0, `${droppedSegments} of ${expected}`);
    assert.deepEqual({ delivered, lost }, { delivered: expected, lost: 0 });
  },
);
