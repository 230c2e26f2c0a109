import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { backplaneRestart } from "../../scenarios/backplane-restart.ts";
import { nodeDeath } from "../../scenarios/node-death.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { findProgram } from "../../transports/engines/programs.ts";
import { DEFECTS } from "../selftest/defects.ts";
import { feedPlan, refOf } from "../selftest/trials.ts";
import { runOne, specOf } from "./one-trial.test-fixture.ts";
import { runTrial, type TrialSpec } from "./trial.ts";

const isHere = ["redis-server", "haproxy"].every((name) => findProgram(name) !== undefined);
// In CI what can't run here fails.
const onEngines = test.skipIf(!isHere && !process.env.CI);

function soonOf(scenario: Scenario, transport: string, soon: Partial<Plan>): TrialSpec {
  const params = { connections: 10, rate: 40, payload: 64, duration: 3, warmup: 0.2 };
  return specOf({ ...scenario.plan(params, 1), ...soon }, { name: transport }, params);
}

const DEATH: Partial<Plan> = { faults: [{ kind: "node-death", atMs: 500, forMs: 500, node: 1 }] };

// Of this file alone: other runs on the machine have engines, too.
const usual = process.env.TMPDIR;
let own = "";
beforeAll(() => {
  own = mkdtempSync(join(tmpdir(), "nodes-"));
  process.env.TMPDIR = own;
});
afterAll(() => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  rmSync(own, { recursive: true });
});

/** Folders of engines that run or were left behind. */
function engineFolders(): string[] {
  return readdirSync(own).filter((name) => /^notif-lab-(redis-server|haproxy|nginx)-/.test(name));
}

onEngines(
  "a node that is killed costs its clients a moment and no notification, and all is accounted for",
  async () => {
    const spec = soonOf(nodeDeath, "websocket", DEATH);
    const { metrics, reason } = await runOne(spec);
    assert.ok(metrics, reason);
    const { resumption, duplicated, cluster, faults = [] } = metrics;
    assert.ok(resumption && resumption.accepted > 0);
    assert.deepEqual(
      { ...resumption, replayed: 0 },
      {
        accepted: resumption.accepted,
        subscribers: 9,
        due: 9 * resumption.accepted,
        delivered: 9 * resumption.accepted,
        replayed: 0,
        declaredLost: 0,
        undeclaredLost: 0,
        told: 0,
      },
    );
    assert.equal(duplicated, 0);
    const before = cluster?.nodes.map(({ clientsBefore }) => clientsBefore) ?? [];
    assert.deepEqual([before.length, before.reduce((sum, one) => sum + one, 0)], [3, 10]);
    assert.equal(faults[0]?.lostConnections, before[1]);
    assert.equal(faults[0]?.restoredConnections, before[1]);
    assert.ok((cluster?.backplaneCommandsPerPublish ?? 0) > 1);
    assert.ok((cluster?.balancerCpuUsPerDelivery ?? 0) > 0);
  },
);

onEngines(
  "what Redis loses with its death is told to everybody who missed it",
  {
    tags: ["full"],
  },
  async () => {
    const spec = soonOf(backplaneRestart, "sse", {
      faults: [{ kind: "backplane-restart", atMs: 500, forMs: 300 }],
    });
    const { metrics, reason } = await runOne(spec);
    assert.equal(metrics?.resumption?.undeclaredLost, 0, reason);
    assert.equal(metrics?.duplicated, 0);
  },
);

onEngines(
  "a trial that is interrupted leaves neither engines nor their folders",
  { tags: ["full"] },
  async () => {
    const interrupted = new AbortController();
    let seen: string[] = [];
    const trial = runTrial(soonOf(nodeDeath, "websocket", DEATH), interrupted.signal, (stage) => {
      if (stage !== "warming up") return;
      seen = engineFolders();
      interrupted.abort(new Error("interrupted"));
    });
    await assert.rejects(trial, /interrupted/);
    assert.equal(seen.length, 2);
    assert.deepEqual(engineFolders(), []);
  },
);

onEngines(
  "CPU time that one node of three burns is in their sum, also when that node dies after it",
  { tags: ["full"] },
  async () => {
    const cpuOf = async (transport: string, faults: Plan["faults"] = []) => {
      const cluster = { nodes: 3, backplane: "redis", balancer: "none" } as const;
      // Dealt out in turn: the only subscriber, where it is burnt, is on node 1.
      const feed = feedPlan({ seed: 1, ratePerSecond: 20, measureMs: 3_500, subscribers: 1, warmupMs: 200 });
      const groups = feed.groups.map(({ via: _, ...group }) => group);
      const plan = { ...feed, groups, cluster, faults };
      const { metrics, reason } = await runOne(specOf(plan, refOf(transport)));
      const server = metrics?.processes.find(({ role }) => role === "server");
      assert.ok(server, reason);
      return server.cpuUserUs + server.cpuSystemUs;
    };
    const plain = await cpuOf("tcp");
    const burning = await cpuOf("tcp:burn-500ms", [{ kind: "node-death", atMs: 2_500, forMs: 500, node: 1 }]);
    const found = burning - plain;
    assert.ok(found > 0.8 * DEFECTS.burnUs, `${plain} us without, ${burning} with ${DEFECTS.burnUs}`);
  },
);
