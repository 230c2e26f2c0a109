import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRandom, shuffled } from "../../core/random.ts";
import { startLocalAgents } from "../../harness/agents/local.ts";
import { connectNats } from "../../harness/agents/nats.ts";
import { type AgentPool, openAgentPool } from "../../harness/agents/pool.ts";
import type { Metrics } from "../../harness/result/result.ts";
import { estimateOf } from "../../harness/statistics/estimate.ts";
import { runTrial } from "../../harness/trial/trial.ts";
import { defaultScenarios } from "../../scenarios/registry.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import { defaultTransports } from "../../transports/registry.ts";

/*
 * npm run bench:agents -- [transport ...] [--rounds N] [--duration S] [--agents N]: what agents cost the measured server. Each transport and scenario is
 * run with agents of this machine and without them, in turn and in random order, on the same plan; told is the server's CPU a delivery with agents
 * by that without, over pairs that ran one after the other, and whether the counts were the same; at the end, the same over the pairs of all rows. Two
 * pairs a row, some 15 minutes in all, tell little of one row and enough of all. Nothing here is a test.
 */
const { values, positionals } = parseArgs({
  options: {
    rounds: { type: "string", default: "2" },
    duration: { type: "string", default: "3" },
    agents: { type: "string", default: "2" },
  },
  allowPositionals: true,
});
const count = Number(values.agents);
const random = createRandom(1);
const chosen = positionals.length > 0 ? positionals : defaultTransports.map(({ name }) => name);
const command = [process.execPath, fileURLToPath(builtModule("cli/main")), "agent"];
const local = await startLocalAgents({ count, command });
const agents = await openAgentPool({
  bus: await connectNats({ url: local.url }, "bench:agents"),
  count,
  host: local.host,
  placing: local.placing,
  patienceMs: 30_000,
});

interface Outcome {
  readonly reason: string;
  readonly metrics: Metrics | undefined;
}

async function trialOf(
  transport: string,
  scenario: number,
  round: number,
  by: AgentPool | undefined,
): Promise<Outcome> {
  const { name, params, plan } = defaultScenarios[scenario] ?? missing();
  const usual = Object.fromEntries(Object.entries(params).map(([key, one]) => [key, one.default]));
  const numbers = { ...usual, duration: Number(values.duration), warmup: 2 };
  const trial = await runTrial(
    {
      transport: { name: transport },
      scenario: name,
      block: round,
      attempt: 1,
      plan: plan({ connections: 50, rate: 100, payload: 128, ...numbers }, round),
      params: {},
      loadProcesses: count,
      gates: "note",
      ...(by ? { agents: by } : {}),
    },
    new AbortController().signal,
    () => undefined,
  );
  return { reason: trial.reason ?? trial.state, metrics: trial.metrics };
}

function missing(): never {
  throw new Error("there is no such scenario");
}

function inWords(ratios: readonly number[]): string {
  if (ratios.length === 0) return "no pair";
  const { value, interval } = estimateOf(ratios);
  return `${value.toFixed(3)}${interval ? ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : ""}`;
}

const countsOf = ({ metrics }: Outcome) =>
  metrics ? [metrics.sendsChecksum, metrics.expected, metrics.delivered, metrics.lost].join(" ") : "none";

try {
  process.stdout.write(
    `server CPU a delivery, with ${count} agents / without, geometric mean of ${values.rounds} pairs a row [95 % from three pairs on]\n`,
  );
  const all: number[] = [];
  for (const [scenario, { name }] of defaultScenarios.entries())
    for (const transport of chosen) {
      const ratios: number[] = [];
      let unlike = 0;
      let messages = 0;
      const failures: string[] = [];
      for (let round = 0; round < Number(values.rounds); round += 1) {
        const outcomes = new Map<AgentPool | undefined, Outcome>();
        for (const by of shuffled([agents, undefined], random))
          outcomes.set(by, await trialOf(transport, scenario, round, by));
        const [mine, other] = [outcomes.get(agents), outcomes.get(undefined)];
        const [a, b] = [mine, other].map((one) => one?.metrics?.serverCpuUsPerDelivery);
        if (!mine || !other || a === undefined || b === undefined) {
          failures.push(`${mine?.reason} / ${other?.reason}`);
          continue;
        }
        ratios.push(a / b);
        messages += mine.metrics?.agents?.natsMessages ?? 0;
        if (countsOf(mine) !== countsOf(other)) unlike += 1;
      }
      all.push(...ratios);
      process.stdout.write(
        `${transport.padEnd(18)}${name.padEnd(12)}${inWords(ratios)}  counts unlike ${unlike}  NATS ${messages}  ${failures.join("; ")}\n`,
      );
    }
  process.stdout.write(`${"all".padEnd(30)}${inWords(all)}\n`);
} finally {
  await agents.close();
  await local.stop();
}
