import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "vitest";
import { NATS_VARIABLE } from "../harness/agents/local.ts";
import { connectNats } from "../harness/agents/nats.ts";
import { openAgentPool } from "../harness/agents/pool.ts";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { startNats } from "../harness/engines/nats.ts";
import { feedPlan } from "../harness/selftest/trials.ts";
import { runOne, specOf } from "../harness/trial/one-trial.test-fixture.ts";
import { NATS } from "../transports/engines/programs.ts";
import { startNotifLab } from "./process.test-fixture.ts";

const PATIENCE_MS = 30_000;
const NAMES = ["a", "b", "c"];
const LOSES = "NOTIF_LAB_TEST_LOSES";
const plan = feedPlan({ seed: 7, ratePerSecond: 60, measureMs: 1_000, subscribers: 6, warmupMs: 100 });

/** A transport whose clients throw away every tenth event of a subscription, where their process is told to. */
const losing = `
import { tcp } from ${JSON.stringify(new URL("../dist/transports/tcp/transport.js", import.meta.url).href)};
export default {
  ...tcp,
  name: "losing",
  connect: async (endpoint, options) => {
    const client = await tcp.connect(endpoint, options);
    return {
      publish: (draft) => client.publish(draft),
      subscribe: (channel, onEvent, after) => {
        let count = 0;
        return client.subscribe(channel, (event) => {
          if (process.env.${LOSES} === undefined || (count += 1) % 10 !== 0) onEvent(event);
        }, after);
      },
      markRead: (id) => client.markRead(id),
      closed: client.closed,
      close: () => client.close(),
    };
  },
};
`;

test.runIf(canRun(NATS))(
  "what the clients of one agent lose is counted as that agent's, and it is named",
  { tags: ["full"], timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-loss-"));
    const file = join(folder, "losing.mjs");
    writeFileSync(file, losing);
    const nats = await startNats();
    process.env[NATS_VARIABLE] = nats.url;
    const started = NAMES.map((name) => {
      if (name === "b") process.env[LOSES] = "1";
      const agent = startNotifLab(["agent", "--name", name, "--transport-module", file], folder);
      delete process.env[LOSES];
      return agent;
    });
    delete process.env[NATS_VARIABLE];
    try {
      const bus = await connectNats({ url: nats.url }, "test");
      const agents = await openAgentPool({ bus, count: 3, host: "127.0.0.1", patienceMs: PATIENCE_MS });
      try {
        const transport = { name: "losing", module: pathToFileURL(file).href };
        const { metrics, notes, reason } = await runOne({
          ...specOf(plan, transport),
          agents,
          loadProcesses: 3,
        });
        assert.ok(metrics?.agents, reason);
        const { each } = metrics.agents;
        assert.ok(metrics.lost > 0);
        assert.deepEqual(
          each.map(({ name, lost }) => [name, lost]),
          [
            ["a", 0],
            ["b", metrics.lost],
            ["c", 0],
          ],
        );
        assert.match(notes.join("\n"), /lost by clients of agents: \d+ of \d+ on b; none on a, c/);
      } finally {
        await agents.close();
      }
    } finally {
      for (const { child } of started) child.kill("SIGTERM");
      await Promise.all(started.map(({ ended }) => ended));
      await nats.engine.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
