import type { TransportEntry } from "../../transports/port/entry.ts";
import { SILENT_HEARTBEAT } from "../measurement/silent-heartbeat.ts";
import { launchesRun } from "../result/launches-run.ts";
import type { Results, Trial } from "../result/result.ts";
import { addPages, pageSeconds } from "../run/pages.ts";
import { type Objection, refOf } from "../run/preparation.ts";
import { planSeed, type ReadyScenario } from "../run/queue.ts";
import {
  addClientCost,
  addControl,
  addFound,
  addTrials,
  type OtherBuild,
  type RunOptions,
  type RunState,
  tell,
} from "../run/run-state.ts";
import type { TransportRef } from "../run/transports.ts";
import { ONE_PROCESS, unmeasured } from "../run/unmeasured.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { grouped } from "./fit.ts";
import { LaunchCount } from "./fitting.ts";
import { hopeless } from "./hopeless.ts";
import { runLaunch } from "./launch.ts";
import { launchSeconds } from "./launch-seconds.ts";
import type { LaunchMoment, LaunchScenario } from "./launch-spec.ts";
import { addToBuild, inBuild, trialsOfBuild } from "./other-build.ts";
import { inPool } from "./pool.ts";
import { SILENT_SHARE } from "./silence.ts";
import { LEAD_IN_MS, sliceMsOf, slicesOf } from "./slicing.ts";
import { lookIfDue, type Until } from "./until.ts";

/** Transports that are made ready side by side: that counts bytes and waits, and times nothing. */
const AT_ONCE = 6;

/** The launches that are still to be run: one of which a trial is missing, or in which nothing came of any, is run as a whole. */
export function launchesLeft(
  { transports, blocks }: Pick<RunOptions, "transports" | "blocks">,
  scenarios: readonly ReadyScenario[],
  trials: readonly Trial[],
): number[] {
  if (scenarios.length === 0) return [];
  return Array.from({ length: blocks }, (_, launch) => launch).filter((launch) => {
    const own = trials.filter((trial) => trial.block === launch);
    const whole = transports.every((transport) =>
      scenarios.every((scenario) =>
        own.some((trial) => trial.transport === transport.name && trial.scenario === scenario.name),
      ),
    );
    return !whole || own.every(({ state }) => state === "failed" || state === "skipped");
  });
}

/** What results say of how these are measured. */
export function launchesOf(
  scenarios: readonly ReadyScenario[],
  { groups = 1, until, fitting, blocks }: Pick<RunOptions, "groups" | "until" | "fitting" | "blocks">,
): NonNullable<Results["launches"]> {
  return {
    scenarios: scenarios.map((scenario) => {
      const plan = scenario.plan(0);
      return { name: scenario.name, slices: slicesOf(plan), sliceSeconds: sliceMsOf(plan) / 1_000 };
    }),
    ...(groups > 1 ? { groups } : {}),
    ...(until ? { until: { ...until, most: blocks, looks: [] } } : {}),
    ...(fitting ? { fitting: { ...fitting, most: blocks } } : {}),
    leadInSeconds: LEAD_IN_MS / 1_000,
    heartbeatSeconds: SILENT_HEARTBEAT.intervalMs / 1_000,
    silentShare: SILENT_SHARE,
  };
}

/**
 * Runs the launches, one after the other, each whole or not at all. Conformance checks, bytes and journey of every transport come before the first. The
 * run takes `afterwards` seconds more when they are over.
 */
export async function runLaunches(
  state: RunState,
  launches: readonly number[],
  scenarios: readonly ReadyScenario[],
  afterwards: number,
): Promise<void> {
  if (launches.length === 0) return;
  const { options, signal } = state;
  const { control, against } = options;
  const beganMs = performance.now();
  const plans = scenarios.map((one) => one.plan(0));
  const estimated =
    launchSeconds(
      plans,
      options.transports.length * (against ? 2 : 1) + (control ? 1 : 0),
      options.agents !== undefined,
    ) + pageSeconds(options, plans.length);
  const count = new LaunchCount(options, launches, estimated);
  state.results = { ...state.results, blocks: count.all };
  const kept = options.blocks - launches.length;
  state.secondsLeft = estimated * (count.expected - kept) + afterwards;
  const objections = await prepared(state, scenarios);
  const measured = options.transports.filter(({ name }) => !objections.has(name));
  let actual = 0;
  for (const [index, launch] of launches.entries()) {
    const launchedMs = performance.now();
    const planned = scenarios.map((scenario) => ({
      name: scenario.name,
      plan: scenario.plan(planSeed(options.seed, launch)),
      params: scenario.params,
    }));
    const each = index === 0 ? estimated : actual / index;
    const trials: Trial[] = [];
    const groups = measured.length === 0 ? [] : grouped(measured, options.groups ?? 1, options.seed, launch);
    for (const [place, group] of groups.entries()) {
      const spec = {
        launch,
        // Of several groups the first one has the control, and groups are drawn anew in each launch.
        transports: [
          ...both(
            group.map((transport) => refOf(transport, options.modules, options.runtime?.name)),
            against,
          ),
          ...(control && place === 0 ? [refOf(control)] : []),
        ],
        hasControl: control !== undefined && place === 0,
        scenarios: planned,
        seed: options.seed,
        loadProcesses: options.loadProcesses,
        gates: options.preset === "quick" ? ("note" as const) : ("void" as const),
        fleet: options.fleet,
        agents: options.agents,
      };
      const onMoment = ({ stage, transport, scenario, done: ofGroup }: LaunchMoment) => {
        const done = (place + ofGroup) / groups.length;
        state.secondsLeft = each * (count.expected - kept - index - done) + afterwards;
        tell(state, stage, { transport, scenario, block: launch, launch: { of: count.all, done } });
      };
      trials.push(...(await runLaunch(spec, signal, onMoment)));
    }
    const others = options.transports.flatMap((transport) =>
      notRun(transport, objections.get(transport.name), planned, launch),
    );
    const hashed = Object.fromEntries(planned.map(({ plan }) => [hashPlan(plan), plan]));
    const isControl = ({ transport }: Trial) => transport === control?.name;
    if (control) addControl(state, control.name, trials.filter(isControl));
    const theirs = against ? trialsOfBuild(trials, against) : [];
    await addToBuild(state, theirs, hashed);
    const isOwn = (trial: Trial) => options.transports.some(({ name }) => name === trial.transport);
    const own = trials.filter((trial) => isOwn(trial) && !isControl(trial));
    await addTrials(state, [...own, ...others], hashed);
    await addPages(state, own, planned, { of: count.all, done: 1 });
    const took = (performance.now() - launchedMs) / 1_000;
    actual += took;
    const next = (performance.now() - beganMs) / 1_000 + actual / (index + 1);
    if (options.until && isEnough(state, options.until, next)) return;
    const done = launches[index + 1] ?? options.blocks;
    count.add(done, took);
    if (options.fitting) {
      state.results = { ...state.results, blocks: count.all };
      state.total = state.finished + (count.all - done) * scenarios.length * options.transports.length;
    }
    // What follows in one piece is measured in as many blocks as there were to be.
    if (afterwards === 0 && isHopeless(state)) return;
    if (done >= count.all) return;
  }
}

/** Each of them, and each once more in the other build. */
function both(refs: readonly TransportRef[], against: OtherBuild | undefined): TransportRef[] {
  return refs.flatMap((ref) => (against ? [ref, inBuild(ref, against)] : [ref]));
}

/** Whether a run that ends when it says enough ends here; what it saw is in the results. `nextSeconds`: when one more launch would end. */
function isEnough(state: RunState, until: Until, nextSeconds: number): boolean {
  const { results } = state;
  const found = lookIfDue(results, until, nextSeconds);
  if (!found || !results.launches) return false;
  const { ended } = found;
  const blocks = ended ? launchesRun(results) : results.blocks;
  state.results = { ...results, blocks, launches: { ...results.launches, until: found } };
  return ended !== undefined;
}

/** Whether a run ends here because the machine leaves nothing to compare; the results say so. */
function isHopeless(state: RunState): boolean {
  const { results } = state;
  const stopped = hopeless(results);
  if (!results.launches || !stopped) return false;
  state.results = { ...results, blocks: stopped.after, launches: { ...results.launches, stopped } };
  return true;
}

/** Why transports may not be measured, by name; those that may are dissected. */
async function prepared(
  state: RunState,
  scenarios: readonly ReadyScenario[],
): Promise<Map<string, Objection>> {
  const objections = new Map<string, Objection>();
  const { preparation, options, results: base } = state;
  await inPool(options.transports, AT_ONCE, async (transport) => {
    if (!transport.supports.network) {
      objections.set(transport.name, { state: "skipped", reason: ONE_PROCESS });
      return;
    }
    const { objection, ...found } = await preparation.prepare(base, transport, scenarios);
    if (objection === undefined) addFound(state, found);
    else objections.set(transport.name, objection);
  });
  // One after the other: what runs beside it would be part of the cost.
  for (const transport of options.transports)
    if (!objections.has(transport.name)) await addClientCost(state, transport);
  return objections;
}

function notRun(
  { name }: TransportEntry,
  objection: Objection | undefined,
  planned: readonly LaunchScenario[],
  block: number,
): Trial[] {
  if (!objection) return [];
  const { state, reason } = objection;
  return planned.map(({ name: scenario, plan, params }) =>
    unmeasured(
      { transport: name, scenario, block, attempt: 1, planHash: hashPlan(plan), plan, params },
      state,
      reason,
    ),
  );
}
