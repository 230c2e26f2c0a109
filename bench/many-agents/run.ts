import { parseArgs } from "node:util";
import { imitateAgents } from "../../harness/agents/imitated.ts";
import { openAgentPool } from "../../harness/agents/pool.ts";
import { mergeLatencies } from "../../harness/measurement/histogram.ts";
import type { Assignment } from "../../harness/processes/messages.ts";
import { notify } from "../../scenarios/notify.ts";

/*
 * npm run bench:many-agents -- [--agents N] [--blocks N]: what so many agents cost their controller. They are imitated in this process, without sockets, so
 * its memory is theirs and the controller's together. Told are the seconds until all are ready for a common start, those of collecting and merging
 * the results, and the memory at its most. Nothing here is a test.
 */
const { values } = parseArgs({
  options: { agents: { type: "string", default: "200" }, blocks: { type: "string", default: "10" } },
});
const count = Number(values.agents);
const blocks = Number(values.blocks);
let beganMs = performance.now();
const lap = (what: string) => {
  process.stdout.write(`${what.padEnd(34)}${((performance.now() - beganMs) / 1_000).toFixed(2)} s\n`);
  beganMs = performance.now();
};

const imitated = await imitateAgents(count);
lap(`${count} agents announced`);
const pool = await openAgentPool({
  bus: imitated.broker.connect(),
  count,
  host: "127.0.0.1",
  patienceMs: 10_000,
  waitForCalls: imitated.waitForCalls,
});
await pool.begin();
const loads = Array.from({ length: count }, (_, number) => pool.startLoad(number));
const numbers = { connections: 50, rate: 100, payload: 128, duration: 1, warmup: 1 };
const assignmentOf = (number: number): Assignment => ({
  plan: notify.plan(numbers, 1),
  part: { role: "clients", share: number, of: count, drained: false },
  number,
  transport: { name: "websocket" },
  endpoint: { url: "ws://127.0.0.1:4000" },
  relayedEndpoint: { url: "ws://127.0.0.1:4000" },
  secret: "secret",
  widthMs: 1_000,
  intervals: 10,
});
await Promise.all(
  loads.map((load, number) =>
    load.ask({ kind: "prepare", assignments: [assignmentOf(number)] }, "prepared", 60_000),
  ),
);
const turns = Array.from({ length: blocks }, (_, seed) => ({
  ...{ scenario: 0, seed, leadInUs: 0, leadInMs: 1, measureUs: 1, lengthMs: 1, takeUs: 2 },
}));
await Promise.all(loads.map((load) => load.ask({ kind: "schedule", turns }, "scheduled", 60_000)));
lap("claimed, compared, prepared, told");
const collected = await Promise.all(loads.map((load) => load.ask({ kind: "collect" }, "collected", 60_000)));
lap(`${blocks} blocks collected`);
for (let block = 0; block < blocks; block += 1)
  for (const which of ["deliveryLatency", "serviceLatency", "publishLatency", "sendLag"] as const)
    mergeLatencies(
      collected.flatMap(({ slices }) => slices[block]?.report[which] ?? []),
      1,
    );
lap("merged");
process.stdout.write(`memory at its most ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MB\n`);
await pool.close();
await imitated.stop();
