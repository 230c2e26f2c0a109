import { createRandom, shuffled } from "../core/random.ts";
import type { Plan } from "../scenarios/plan.ts";
import type { Transport } from "../transports/transport.ts";
import { captureEnvironment } from "./environment.ts";
import { gateTransport } from "./gate.ts";
import { RESULTS_SCHEMA, type Results, type Trial } from "./result.ts";
import { hashPlan, runTrial, type Stage, type TrialSpec } from "./trial.ts";

/** A scenario as the harness needs it: its numbers are chosen, only the seed is open. */
export interface ReadyScenario {
  readonly name: string;
  readonly summary: string;
  readonly params: Readonly<Record<string, number>>;
  plan(seed: number): Plan;
}

export interface RunOptions {
  readonly transports: readonly Transport[];
  readonly scenarios: readonly ReadyScenario[];
  readonly blocks: number;
  readonly seed: number;
  readonly loadProcesses: number;
  readonly preset: Results["preset"];
  /** The command line that does it again. */
  readonly command: string;
  /** A run to go on with: its trials are kept, failed ones are tried again. It must be of the same plan. */
  readonly resumed?: Results;
}

export interface RunEvents {
  /** After every trial, with all so far; it is awaited, so that nothing is lost when the next one is interrupted. */
  readonly onResults: (results: Results) => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly stage: "checking" | Stage | "done";
  readonly transport: string;
  readonly scenario: string;
  readonly block: number;
  /** Trials finished and in all. */
  readonly finished: number;
  readonly total: number;
  /** An estimate: from the plan at first, then from the trials that have run. */
  readonly secondsLeft: number;
  /** The trial that has just ended; with the stage `done`. */
  readonly trial?: Trial;
}

/**
 * Runs every wire on every scenario, once a block, in a seeded random order within the block. Settles with the results; when
 * the signal aborts, with those so far and without `finishedAt`.
 */
export async function run(options: RunOptions, events: RunEvents, signal: AbortSignal): Promise<Results> {
  const kept = (options.resumed?.trials ?? []).filter((trial) => trial.state !== "failed");
  let results = options.resumed ? reopened(options.resumed, kept) : newResults(options);
  const pending = order(options).filter((cell) => !kept.some((trial) => isOf(trial, cell)));
  const total = pending.length;
  const gates = new Map<string, string | undefined>();
  const spent: Spent = { estimated: 0, actual: 0 };
  for (const [finished, cell] of pending.entries()) {
    if (signal.aborted) break;
    const { transport, scenario, block } = cell;
    const plan = scenario.plan(options.seed + block);
    const hash = hashPlan(plan);
    const secondsLeft = estimate(pending.slice(finished), options.seed, spent);
    const tell = (stage: Progress["stage"], rest: { trial?: Trial; finished?: number } = {}) =>
      events.onProgress({
        stage,
        transport: transport.name,
        scenario: scenario.name,
        block,
        finished,
        total,
        secondsLeft,
        ...rest,
      });
    const spec: TrialSpec = {
      transport: transport.name,
      scenario: scenario.name,
      block,
      plan,
      params: scenario.params,
      loadProcesses: options.loadProcesses,
    };
    try {
      let trial: Trial;
      if (!transport.supports.network) {
        trial = unmeasured(
          spec,
          hash,
          "skipped",
          "it runs inside one process, so that server and load can't be told apart",
        );
      } else {
        if (!gates.has(transport.name)) {
          tell("checking");
          gates.set(transport.name, await gateTransport(transport.name, signal));
        }
        const objection = gates.get(transport.name);
        trial = objection ? unmeasured(spec, hash, "failed", objection) : await runTrial(spec, signal, tell);
        spent.estimated += estimateSeconds(plan);
        spent.actual += trial.seconds;
      }
      results = { ...results, plans: { ...results.plans, [hash]: plan }, trials: [...results.trials, trial] };
      await events.onResults(results);
      tell("done", { trial, finished: finished + 1 });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  if (!signal.aborted) results = { ...results, finishedAt: new Date().toISOString() };
  await events.onResults(results);
  return results;
}

interface Cell {
  readonly transport: Transport;
  readonly scenario: ReadyScenario;
  readonly block: number;
}

/** Complete blocks, each in a random order of its own, so that slow drift falls on every wire alike. */
function order({ transports, scenarios, blocks, seed }: RunOptions): Cell[] {
  return Array.from({ length: blocks }, (_, block) => {
    const cells = scenarios.flatMap((scenario) =>
      transports.map((transport) => ({ transport, scenario, block })),
    );
    return shuffled(cells, createRandom(seed + block));
  }).flat();
}

function isOf(trial: Trial, { transport, scenario, block }: Cell): boolean {
  return trial.transport === transport.name && trial.scenario === scenario.name && trial.block === block;
}

function reopened({ finishedAt: _, ...rest }: Results, trials: Trial[]): Results {
  return { ...rest, trials };
}

function newResults(options: RunOptions): Results {
  const { transports } = options;
  return {
    schema: RESULTS_SCHEMA,
    startedAt: new Date().toISOString(),
    command: options.command,
    seed: options.seed,
    preset: options.preset,
    blocks: options.blocks,
    loadProcesses: options.loadProcesses,
    transports: transports.map((transport) => transport.name),
    scenarios: options.scenarios.map(({ name, summary, params }) => ({
      name,
      summary,
      params: { ...params },
    })),
    environment: captureEnvironment(transports.flatMap((transport) => transport.packages)),
    plans: {},
    trials: [],
  };
}

function unmeasured(spec: TrialSpec, planHash: string, state: "skipped" | "failed", reason: string): Trial {
  return {
    transport: spec.transport,
    scenario: spec.scenario,
    block: spec.block,
    state,
    reason,
    notes: [],
    planHash,
    params: { ...spec.params },
    seed: spec.plan.seed,
    startedAt: new Date().toISOString(),
    seconds: 0,
  };
}

interface Spent {
  estimated: number;
  actual: number;
}

const OVERHEAD_SECONDS = 1.5;

function estimateSeconds({ groups, phases }: Plan): number {
  const users = groups.reduce((sum, group) => sum + group.users, 0);
  const timedMs = phases.warmupMs + phases.settleMs + phases.measureMs;
  return OVERHEAD_SECONDS + users / phases.connectsPerSecond + timedMs / 1_000;
}

function estimate(cells: readonly Cell[], seed: number, spent: Spent): number {
  const planned = cells.reduce((sum, cell) => sum + estimateSeconds(cell.scenario.plan(seed)), 0);
  return spent.estimated > 0 ? (planned * spent.actual) / spent.estimated : planned;
}
