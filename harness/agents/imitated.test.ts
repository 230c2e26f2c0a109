import assert from "node:assert/strict";
import { test } from "vitest";
import { mergeLatencies } from "../measurement/histogram.ts";
import type { Assignment } from "../processes/messages.ts";
import { feedPlan } from "../selftest/trials.ts";
import { imitateAgents } from "./imitated.ts";
import { openAgentPool } from "./pool.ts";

const BLOCKS = 3;
/** Of an imitated slice. */
const PUBLISHES = 300;

for (const { agents, tags } of [
  { agents: 50, tags: [] },
  { agents: 200, tags: ["full"] },
])
  test(`${agents} agents: all are ready before one begins, and what they bring adds up exactly`, {
    tags,
  }, async () => {
    const imitated = await imitateAgents(agents);
    try {
      const pool = await openAgentPool({
        bus: imitated.broker.connect(),
        count: agents,
        host: "127.0.0.1",
        patienceMs: 10_000,
        waitForCalls: imitated.waitForCalls,
      });
      try {
        await pool.begin();
        const loads = Array.from({ length: agents }, (_, number) => pool.startLoad(number));
        const prepared = await Promise.all(
          loads.map((load, number) =>
            load.ask({ kind: "prepare", assignments: [assignmentOf(number, agents)] }, "prepared", 10_000),
          ),
        );
        assert.equal(prepared.length, agents);
        const turns = Array.from({ length: BLOCKS }, (_, seed) => ({
          ...{ scenario: 0, seed, leadInUs: 0, leadInMs: 1, measureUs: 1, lengthMs: 1, takeUs: 2 },
        }));
        await Promise.all(loads.map((load) => load.ask({ kind: "schedule", turns }, "scheduled", 10_000)));
        const messages = pool.messages();
        const collected = await Promise.all(
          loads.map((load) => load.ask({ kind: "collect" }, "collected", 10_000)),
        );
        // A request and its answer each: they are short enough for one message.
        assert.equal(pool.messages() - messages, 2 * agents);
        for (let block = 0; block < BLOCKS; block += 1) {
          const reports = collected.map(({ slices }) => slices[block]?.report);
          const merged = mergeLatencies(
            reports.flatMap((report) => report?.deliveryLatency ?? []),
            agents * PUBLISHES,
          );
          assert.equal(merged?.count, agents * PUBLISHES);
          assert.equal(merged.min, block * PUBLISHES);
          const checksum = reports.reduce((sum, report) => sum + (report?.sendsChecksum ?? 0), 0);
          assert.equal(checksum, agents);
        }
        await pool.compareAgain();
        assert.equal(new Set(pool.known().map(({ name }) => name)).size, agents);
      } finally {
        await pool.close();
      }
    } finally {
      await imitated.stop();
    }
  });

function assignmentOf(number: number, agents: number): Assignment {
  const endpoint = { url: "ws://127.0.0.1:4000" };
  return {
    plan: feedPlan({ seed: 7, ratePerSecond: 60, measureMs: 500, subscribers: 5, warmupMs: 100 }),
    part: { role: "clients", share: number, of: agents, drained: false },
    number,
    transport: { name: "websocket" },
    endpoint,
    relayedEndpoint: endpoint,
    secret: "secret",
    widthMs: 1_000,
    intervals: 10,
  };
}
