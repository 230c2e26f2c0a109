import { inTheClear } from "../transports/tls.ts";
import type { Transport } from "../transports/transport.ts";
import { anatomyOf, lacksAnatomy } from "./anatomy.ts";
import type { Stage } from "./conduct.ts";
import { captureEnvironment, loadAverage } from "./environment.ts";
import { estimate, estimateSeconds, type Spent } from "./estimate.ts";
import { gateTransport } from "./gate.ts";
import { lacksJourney, withJourney } from "./journey/run.ts";
import { newQueue, type ReadyScenario, requeue, stillToRun } from "./queue.ts";
import { RESULTS_SCHEMA, type Results, type Trial } from "./result.ts";
import { withoutTwin } from "./transports.ts";
import { hashPlan, runTrial, type TrialSpec } from "./trial.ts";

export interface RunOptions {
  readonly transports: readonly Transport[];
  readonly scenarios: readonly ReadyScenario[];
  readonly blocks: number;
  readonly seed: number;
  readonly loadProcesses: number;
  readonly preset: Results["preset"];
  readonly loop: Results["loop"];
  readonly arrivals: Results["arrivals"];
  readonly link?: Results["link"];
  /** Where transports that are not the lab's own are from: file URLs by name. */
  readonly modules?: ReadonlyMap<string, string>;
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
  readonly stage: "checking" | "dissecting" | Stage | "done";
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
 * Runs every wire on every scenario, once a block, in a seeded random order within the block; an invalid trial is run once more
 * among those left of its block. Settles with the results; when the signal aborts, with those so far and without `finishedAt`.
 */
export async function run(options: RunOptions, events: RunEvents, signal: AbortSignal): Promise<Results> {
  const kept = (options.resumed?.trials ?? []).filter((trial) => trial.state !== "failed");
  let results = options.resumed ? reopened(options.resumed, kept) : newResults(options);
  const queue = newQueue(options).flatMap((cell) => stillToRun(cell, kept));
  const gates = new Map<string, string | undefined>();
  const spent: Spent = { estimated: 0, actual: 0 };
  let finished = 0;
  for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
    const cell = next;
    const { transport, scenario, block, attempt } = cell;
    const plan = scenario.plan(options.seed + block);
    const hash = hashPlan(plan);
    const secondsLeft = estimate([cell, ...queue], results, options.seed, spent);
    const before = finished;
    const tell = (stage: Progress["stage"], rest: { trial?: Trial; finished?: number } = {}) =>
      events.onProgress({
        stage,
        transport: transport.name,
        scenario: scenario.name,
        block,
        finished,
        total: before + 1 + queue.length,
        secondsLeft,
        ...rest,
      });
    const wire = withoutTwin(transport.name);
    const module = options.modules?.get(inTheClear(wire) ?? wire);
    const from = module === undefined ? {} : { module };
    const spec: TrialSpec = {
      transport: { name: transport.name, ...from },
      scenario: scenario.name,
      block,
      attempt,
      plan,
      params: scenario.params,
      loadProcesses: options.loadProcesses,
      gates: options.preset === "quick" ? "note" : "void",
    };
    try {
      let trial: Trial;
      if (!transport.supports.network) {
        const reason = "it runs inside one process, so that server and load can't be told apart";
        trial = unmeasured(spec, hash, "skipped", reason);
      } else {
        if (!gates.has(wire)) {
          tell("checking");
          gates.set(wire, await gateTransport({ name: wire, ...from }, signal));
        }
        const objection = gates.get(wire);
        if (!objection && lacksAnatomy(results, cell)) {
          tell("dissecting");
          const anatomy = await anatomyOf(results, cell, spec.transport, plan, signal);
          results = { ...results, anatomies: [...results.anatomies, anatomy] };
        }
        if (!objection && lacksJourney(results, transport)) {
          tell("dissecting");
          results = await withJourney(results, spec.transport, signal);
        }
        trial = objection ? unmeasured(spec, hash, "failed", objection) : await runTrial(spec, signal, tell);
        spent.estimated += estimateSeconds(plan);
        spent.actual += trial.seconds;
      }
      if (trial.state === "invalid" && attempt === 1) requeue(queue, { ...cell, attempt: 2 }, options.seed);
      results = { ...results, plans: { ...results.plans, [hash]: plan }, trials: [...results.trials, trial] };
      await events.onResults(results);
      finished += 1;
      tell("done", { trial, finished });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  if (!signal.aborted) {
    const environment = { ...results.environment, loadAverageAfter: loadAverage() };
    results = { ...results, environment, finishedAt: new Date().toISOString() };
  }
  await events.onResults(results);
  return results;
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
    loop: options.loop,
    arrivals: options.arrivals,
    link: options.link ?? null,
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
    anatomies: [],
  };
}

function unmeasured(spec: TrialSpec, planHash: string, state: "skipped" | "failed", reason: string): Trial {
  return {
    transport: spec.transport.name,
    scenario: spec.scenario,
    block: spec.block,
    attempt: spec.attempt,
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
