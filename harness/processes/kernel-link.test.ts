import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, test } from "vitest";
import { fanOut } from "../../scenarios/fan-out.ts";
import { parseLink } from "../../scenarios/link.ts";
import { planSchema } from "../../scenarios/plan.ts";
import { specOf } from "../trial/one-trial.test-fixture.ts";
import type { TrialHooks } from "../trial/phases.ts";
import { runTrial } from "../trial/trial.ts";
import { holdersOf, namespaceOf } from "./namespace.test-fixture.ts";
import { whyNoPacketLoss } from "./packet-loss.ts";
import { whyNoTokenBucket } from "./token-bucket.ts";

const LOSS = 0.05;
const reason = whyNoPacketLoss() ?? whyNoTokenBucket();

function trialOf(link: string, rate: number, signal: AbortSignal, hooks: TrialHooks = {}) {
  const params = { connections: 8, rate, payload: 64, duration: 1, warmup: 0 };
  const plan = planSchema.parse({ ...fanOut.plan(params, 1), link: parseLink(link) });
  return runTrial({ ...specOf(plan, { name: "tcp" }, params), hooks }, signal, () => undefined);
}

describe.skipIf(reason !== undefined)(
  `a shared link with packet loss${reason === undefined ? "" : ` (not here: ${reason})`}`,
  () => {
    test("has both figures, each of its own part", { timeout: 60_000 }, async ({ signal }) => {
      const { metrics, reason } = await trialOf("shared=20mbit,drop=5%", 200, signal);
      assert.ok(metrics?.sharedLink, reason);
      const { droppedSegments = 0, sharedLink, delivered, expected, wireBytesPerDelivery = 0 } = metrics;
      assert.equal(delivered, expected);
      // The pipe comes first, so what is drawn is of what has passed it: once each, and a few of the connections' before.
      const share = droppedSegments / sharedLink.segments;
      assert.ok(sharedLink.segments > 1_000, `${sharedLink.segments} segments`);
      assert.ok(share > 0.4 * LOSS && share < 1.8 * LOSS, `${droppedSegments} of ${sharedLink.segments}`);
      // Both count what is dropped at random, and Ethernet's 14 bytes are the pipe's alone. Late acknowledgements may fall between the readings.
      const transport = wireBytesPerDelivery * delivered;
      const ip = sharedLink.bytes - 14 * sharedLink.segments;
      assert.ok(Math.abs(ip / transport - 1) < 0.03, `${ip} of ${transport} IP bytes`);
      assert.ok(sharedLink.utilization > 0 && sharedLink.utilization <= 1, `${sharedLink.utilization}`);
    });

    test.each(["shared=20mbit,drop=5%", "delay=1ms,shared=20mbit,drop=5%"])(
      "--link %s leaves nothing behind when its server is killed, nor when the trial is interrupted",
      { timeout: 60_000 },
      async (link) => {
        const killed = { namespace: "" };
        const trial = await trialOf(link, 20, new AbortController().signal, {
          onMeasure: async (pid) => {
            killed.namespace = namespaceOf(pid);
            process.kill(pid, "SIGKILL");
          },
        });
        assert.equal(trial.state, "failed");
        assert.match(trial.reason ?? "", /SIGKILL/);
        assert.match(killed.namespace, /^net:/);
        assert.deepEqual(holdersOf(killed.namespace), []);

        const interruption = new AbortController();
        const interrupted = { namespace: "" };
        const hooks: TrialHooks = {
          onMeasure: async (pid) => {
            interrupted.namespace = namespaceOf(pid);
            interruption.abort(new Error("interrupted"));
          },
        };
        await assert.rejects(trialOf(link, 20, interruption.signal, hooks), /interrupted/);
        assert.match(interrupted.namespace, /^net:/);
        assert.deepEqual(holdersOf(interrupted.namespace), []);
        assert.ok(!existsSync("/sys/class/net/notiflab"));
      },
    );
  },
);
