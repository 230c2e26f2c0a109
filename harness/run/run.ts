import { createRandom, seedOf } from "../../core/random.ts";
import type { BrowserChoice } from "../browser/beside.ts";
import { whyNoPage, whyNotBeside } from "../browser/in-page.ts";
import { resultsOfBuild } from "../launch/other-build.ts";
import { launchesLeft, launchesOf, runLaunches } from "../launch/run-launches.ts";
import { whyInOnePiece } from "../launch/slicing.ts";
import { transportBehind } from "../result/control-name.ts";
import { RESULTS_SCHEMA, type Results, type Trial } from "../result/result.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { runTrial, type TrialSpec } from "../trial/trial.ts";
import { captureEnvironment, loadAverage } from "./environment.ts";
import { estimate, estimateSeconds, type Spent } from "./estimate.ts";
import { addPages } from "./pages.ts";
import { createPreparation, refOf } from "./preparation.ts";
import { newQueue, type PlannedTrial, planSeed, type ReadyScenario, requeue, stillToRun } from "./queue.ts";
import {
  addClientCost,
  addFound,
  addTrials,
  countScrapes,
  type RunEvents,
  type RunOptions,
  type RunState,
  tell,
} from "./run-state.ts";
import { ONE_PROCESS, unmeasured } from "./unmeasured.ts";

export type { Progress, RunEvents, RunOptions } from "./run-state.ts";

/**
 * Runs every transport on every scenario, once a block. With `interleave`, the blocks of the scenarios that can be sliced are launches, which
 * come first; all else is trials of their own, in a seeded random order within the block, of which an invalid one is run once more. Settles
 * with the results; when the signal aborts, with those so far and without `finishedAt`.
 */
export async function run(options: RunOptions, events: RunEvents, signal: AbortSignal): Promise<Results> {
  const { scenarios, interleave = false, resumed } = options;
  const sliced = interleave ? scenarios.filter((one) => whyInOnePiece(one.plan(0)) === undefined) : [];
  const launches = launchesLeft(options, sliced, resumed?.trials ?? []);
  const kept = (resumed?.trials ?? []).filter((trial) =>
    sliced.some(({ name }) => name === trial.scenario)
      ? !launches.includes(trial.block)
      : trial.state !== "failed" && trial.state !== "skipped",
  );
  const inOnePiece = scenarios.filter((one) => !sliced.includes(one));
  const { retry = true } = options;
  const queue = newQueue({ ...options, scenarios: inOnePiece })
    .flatMap((planned) => stillToRun(planned, kept))
    .filter(({ attempt }) => retry || attempt === 1);
  const results = resumed ? reopened(resumed, kept, launches) : newResults(options, sliced);
  const state: RunState = {
    options,
    events,
    signal,
    preparation: createPreparation(options, signal, (stage, transport, scenario) =>
      tell(state, stage, {
        transport: transport.name,
        scenario: (scenario ?? scenarios[0])?.name ?? "",
        block: 0,
      }),
    ),
    results,
    ...(options.against ? { against: resultsOfBuild(results, options.against) } : {}),
    finished: 0,
    total: launches.length * sliced.length * options.transports.length + queue.length,
    secondsLeft: 0,
  };
  try {
    const afterwards = estimate(queue, state.results, options.seed, { estimated: 0, actual: 0 });
    await runLaunches(state, launches, sliced, afterwards);
    await runQueue(state, queue);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  countScrapes(state);
  if (!signal.aborted) {
    const environment = { ...state.results.environment, loadAverageAfter: loadAverage() };
    state.results = { ...state.results, environment, finishedAt: new Date().toISOString() };
  }
  if (state.against) {
    const { finishedAt, blocks } = state.results;
    state.against = { ...state.against, blocks, ...(finishedAt ? { finishedAt } : {}) };
    await events.onAgainst?.(state.against);
  }
  await events.onResults(state.results);
  return state.results;
}

/** Trials in one piece, one after the other. */
async function runQueue(state: RunState, queue: PlannedTrial[]): Promise<void> {
  const { options, signal } = state;
  const random = createRandom(seedOf(options.seed, "again"));
  const spent: Spent = { estimated: 0, actual: 0 };
  for (let planned = queue.shift(); planned && !signal.aborted; planned = queue.shift()) {
    state.secondsLeft = estimate([planned, ...queue], state.results, options.seed, spent);
    const trial = await runPlanned(state, planned, spent);
    if ((options.retry ?? true) && trial.state === "invalid" && planned.attempt === 1) {
      requeue(queue, { ...planned, attempt: 2 }, random);
      state.total += 1;
    }
    const { name, params } = planned.scenario;
    const plan = planned.scenario.plan(planSeed(options.seed, planned.block));
    await addTrials(state, [trial], { [trial.planHash]: plan });
    await addPages(state, [trial], [{ name, params, plan }]);
  }
}

async function runPlanned(state: RunState, planned: PlannedTrial, spent: Spent): Promise<Trial> {
  const { options, signal, preparation } = state;
  const { transport, scenario, block, attempt } = planned;
  const plan = scenario.plan(planSeed(options.seed, block));
  const spec: TrialSpec = {
    transport: refOf(transport, options.modules, options.runtime?.name),
    scenario: scenario.name,
    block,
    attempt,
    plan,
    params: scenario.params,
    loadProcesses: options.loadProcesses,
    agents: options.agents,
    gates: options.preset === "quick" ? "note" : "void",
    fleet: options.fleet,
  };
  const identity = { ...spec, transport: transport.name, planHash: hashPlan(plan) };
  if (!transport.supports.network) return unmeasured(identity, "skipped", ONE_PROCESS);
  const { objection, ...found } = await preparation.prepare(state.results, transport, [scenario]);
  if (objection !== undefined) return unmeasured(identity, objection.state, objection.reason);
  addFound(state, found);
  await addClientCost(state, transport);
  const trial = await runTrial(spec, signal, (stage) =>
    tell(state, stage, { transport: transport.name, scenario: scenario.name, block }),
  );
  spent.estimated += estimateSeconds(plan);
  spent.actual += trial.seconds;
  return trial;
}

function reopened(
  { finishedAt: _, control, ...rest }: Results,
  trials: Trial[],
  again: readonly number[],
): Results {
  const kept = control?.trials.filter(({ block }) => !again.includes(block)) ?? [];
  return { ...rest, trials, ...(control ? { control: { ...control, trials: kept } } : {}) };
}

function newResults(options: RunOptions, sliced: readonly ReadyScenario[]): Results {
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
    cluster: options.cluster ?? null,
    blocks: options.blocks,
    ...(options.interleave ? { launches: launchesOf(sliced, options) } : {}),
    ...(options.control && sliced.length > 0
      ? { control: { transport: options.control.name, trials: [] } }
      : {}),
    loadProcesses: options.loadProcesses,
    ...(options.agents ? { agents: options.agents.size } : {}),
    ...(options.browser ? { browser: browserOf(options, options.browser) } : {}),
    transports: transports.map((transport) => transport.name),
    transportFacts: Object.fromEntries(
      transports.flatMap(({ name, facts }) => (facts ? [[transportBehind(name), facts]] : [])),
    ),
    scenarios: options.scenarios.map(({ name, summary, params }) => ({
      name,
      summary,
      params: { ...params },
    })),
    environment: {
      ...captureEnvironment(
        transports.flatMap((transport) => transport.packages),
        transports.flatMap(({ program }) => program ?? []),
      ),
      ...(options.runtime ? { serverRuntime: options.runtime } : {}),
    },
    plans: {},
    trials: [],
    anatomies: [],
  };
}

/** The browser that is asked for, and where there will be no page of it. */
function browserOf(
  { transports, scenarios }: RunOptions,
  { connections }: BrowserChoice,
): NonNullable<Results["browser"]> {
  const ofTransports = transports.flatMap(({ name: transport }) => {
    const reason = whyNoPage(transport);
    return reason === undefined ? [] : [{ transport, reason }];
  });
  const ofScenarios = scenarios.flatMap(({ name: scenario, plan }) => {
    const reason = whyNotBeside(plan(0));
    return reason === undefined ? [] : [{ scenario, reason }];
  });
  return { connections, notMeasured: [...ofTransports, ...ofScenarios] };
}
