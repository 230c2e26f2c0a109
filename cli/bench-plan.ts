import { availableParallelism } from "node:os";
import { LabError } from "../core/errors.ts";
import { divideCpus } from "../harness/processes/affinity.ts";
import { audiencesOf } from "../harness/processes/audiences.ts";
import { whyNoDrops } from "../harness/processes/segment-drops.ts";
import type { ReadyScenario } from "../harness/queue.ts";
import type { Results } from "../harness/result.ts";
import { withoutTwin } from "../harness/transports.ts";
import { hashPlan } from "../harness/trial.ts";
import { type Link, parseLink } from "../scenarios/link.ts";
import { notify } from "../scenarios/notify.ts";
import { type Arrivals, type Plan, planSchema } from "../scenarios/plan.ts";
import { scenarios as allScenarios, defaultScenarios } from "../scenarios/registry.ts";
import type { ParamName, Params, Scenario } from "../scenarios/scenario.ts";
import { transports as allTransports, wires } from "../transports/registry.ts";
import { inTheClear, overTls } from "../transports/tls.ts";
import type { Transport } from "../transports/transport.ts";
import { parseChoices, parseNumber } from "./choices.ts";
import { usage } from "./failure.ts";
import type { Own } from "./own.ts";
import { chooseTransports } from "./transport-choice.ts";

/** The flags of `bench` as commander hands them over. */
export interface BenchFlags {
  readonly transports?: string;
  readonly scenarios?: string;
  readonly connections?: string;
  readonly rate?: string;
  readonly payload?: string;
  readonly duration?: string;
  readonly warmup?: string;
  readonly blocks?: string;
  readonly seed?: string;
  readonly loadProcesses?: string;
  readonly arrivals?: string;
  readonly closedLoop?: boolean;
  readonly scenarioFile?: readonly string[];
  readonly transportModule?: readonly string[];
  readonly link?: string;
  readonly tls?: boolean;
  readonly quick?: boolean;
  readonly rigorous?: boolean;
  readonly out?: string;
  readonly resume?: string;
  /** What the finished run must pass; no part of the plan. */
  readonly baseline?: string;
  readonly failOn?: readonly string[];
  readonly threshold?: readonly string[];
  readonly format?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly live?: boolean;
}

/** What is to be run. */
export interface BenchPlan {
  readonly transports: readonly Transport[];
  readonly scenarios: readonly ReadyScenario[];
  readonly blocks: number;
  readonly seed: number;
  readonly loadProcesses: number;
  readonly modules: Own["modules"];
  readonly preset: Results["preset"];
  readonly loop: Results["loop"];
  readonly arrivals: Results["arrivals"];
  readonly link?: Results["link"];
}

/** What a run changes in the plans of all its scenarios. */
type Traffic = Pick<BenchPlan, "loop" | "arrivals" | "link">;

const PARAM_NAMES: readonly ParamName[] = ["connections", "rate", "payload", "duration", "warmup"];

const PRESETS: Record<Results["preset"], { readonly blocks: number; readonly params: Partial<Params> }> = {
  quick: { blocks: 1, params: { connections: 50, duration: 1, warmup: 0.5 } },
  standard: { blocks: 1, params: {} },
  rigorous: { blocks: 10, params: { duration: 10, warmup: 10 } },
};

/** Reads the flags; every impossible one fails with one line. */
export function planBench(flags: BenchFlags, own: Own = NOTHING): BenchPlan {
  if (flags.quick && flags.rigorous) throw usage("choose one of --quick and --rigorous");
  const preset = flags.quick ? "quick" : flags.rigorous ? "rigorous" : "standard";
  const chosen = [...(flags.transports ? parseTransports(flags.transports, own) : wires), ...own.transports]
    .map((one) =>
      flags.tls && one.supports.network && inTheClear(one.name) === undefined ? overTls(one) : one,
    )
    .filter((one, index, all) => all.findIndex(({ name }) => name === one.name) === index);
  const traffic: Traffic = {
    loop: flags.closedLoop ? "closed" : "open",
    arrivals: flags.arrivals === undefined ? null : parseArrivals(flags.arrivals),
    link: flags.link === undefined ? null : linkOf(flags.link),
  };
  const scenarios = flags.scenarios
    ? parseChoices("scenario", flags.scenarios, allScenarios)
    : own.scenarios.length > 0
      ? []
      : defaultScenarios;
  if (own.scenarios.length > 0) refuseForFiles(flags);
  const whole = (flag: string, text: string | undefined, min: number, max: number, otherwise: number) =>
    text === undefined ? otherwise : parseNumber(flag, text, { min, max, integer: true });
  const ready = [
    ...scenarios.map((scenario) => readyScenario(scenario, flags, preset, traffic)),
    ...own.scenarios.map((scenario) => behind(lasting(scenario, secondsOf(flags)), traffic)),
  ];
  refuseDrops(ready);
  return {
    transports: chosen,
    scenarios: ready,
    modules: own.modules,
    preset,
    ...traffic,
    blocks: whole("--blocks", flags.blocks, 1, 1_000, PRESETS[preset].blocks),
    seed: whole("--seed", flags.seed, 0, 0x7fff_ffff, 1),
    loadProcesses: whole("--load-processes", flags.loadProcesses, 1, 64, automaticLoadProcesses(ready)),
  };
}

const NOTHING: Own = { scenarios: [], transports: [], modules: new Map() };

/**
 * A scenario file says its traffic itself. Beside --scenarios the numbers are for those; arrivals and loop, which results record
 * once for the whole run, can't be for some of its scenarios only.
 */
function refuseForFiles(flags: BenchFlags): void {
  const perScenario = flags.scenarios ? [] : (["connections", "rate", "payload"] as const);
  const given = [...perScenario, "arrivals" as const, "closedLoop" as const].find(
    (name) => flags[name] !== undefined,
  );
  if (given)
    throw usage(
      `a scenario file says all of its traffic itself; change it there instead of by --${given === "closedLoop" ? "closed-loop" : given}`,
    );
}

/** Of --duration and --warmup, where given. */
function secondsOf(flags: BenchFlags): Partial<Params> {
  const names = (["duration", "warmup"] as const).filter((name) => flags[name] !== undefined);
  return Object.fromEntries(
    names.map((name) => {
      const { min, max } = notify.params[name];
      return [name, parseNumber(`--${name}`, flags[name] ?? "", { min, max, integer: false })];
    }),
  );
}

/** The same for other times than its file's. */
function lasting(scenario: ReadyScenario, { duration, warmup }: Partial<Params>): ReadyScenario {
  if (duration === undefined && warmup === undefined) return scenario;
  const planOf = (seed: number) => {
    const plan = scenario.plan(seed);
    const phases = {
      ...plan.phases,
      ...(duration === undefined ? {} : { measureMs: Math.round(duration * 1_000) }),
      ...(warmup === undefined ? {} : { warmupMs: Math.round(warmup * 1_000) }),
    };
    return { ...plan, phases };
  };
  const checked = planSchema.safeParse(planOf(0));
  if (!checked.success)
    throw usage(`scenario ${scenario.name}: ${checked.error.issues[0]?.message}`, checked.error);
  const { measureMs, warmupMs } = checked.data.phases;
  const params = { ...scenario.params, duration: measureMs / 1_000, warmup: warmupMs / 1_000 };
  return { ...scenario, params, plan: (seed) => planSchema.parse(planOf(seed)) };
}

/** The same behind the link that the run asks for. */
function behind(scenario: ReadyScenario, { link }: Traffic): ReadyScenario {
  return link ? { ...scenario, plan: (seed) => ({ ...scenario.plan(seed), link }) } : scenario;
}

/** The plan of an earlier run, which may not be changed by flags. */
export function planResumed(flags: BenchFlags, results: Results, own: Own = NOTHING): BenchPlan {
  const free = [
    "scenarioFile",
    "transportModule",
    "resume",
    "json",
    "quiet",
    "live",
    "debug",
    "baseline",
    "failOn",
    "threshold",
  ];
  const changed = Object.entries(flags).find(
    ([name, value]) => value !== undefined && !free.includes(name),
  )?.[0];
  if (changed) {
    const flag = changed.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usage(`--resume goes on with the plan it finds; leave out --${flag}`);
  }
  const wanted = results.transports.map(withoutTwin);
  const unknown = wanted.find(
    (name) => ![...allTransports, ...own.transports].some((one) => one.name === (inTheClear(name) ?? name)),
  );
  if (unknown)
    throw usage(`the run has a transport ${unknown} of its own; give its --transport-module again`);
  return {
    transports: parseTransports(wanted.join(","), own),
    modules: own.modules,
    scenarios: results.scenarios.map(({ name }) => {
      const mine = own.scenarios.find((one) => one.name === name);
      const saved = results.scenarios.find((one) => one.name === name)?.params ?? {};
      if (mine) return unchanged(behind(lasting(mine, saved), results), results);
      const scenario = allScenarios.find((one) => one.name === name);
      if (!scenario) throw usage(`the run has a scenario ${name} of its own; give its --scenario-file again`);
      return ready(
        scenario,
        Object.fromEntries(PARAM_NAMES.map((name) => [name, saved[name] ?? defaultOf(scenario, name)])),
        results,
      );
    }),
    preset: results.preset,
    loop: results.loop,
    arrivals: results.arrivals,
    link: results.link,
    blocks: results.blocks,
    seed: results.seed,
    loadProcesses: results.loadProcesses,
  };
}

/** A file that was changed since would mix two plans in one run. */
function unchanged(scenario: ReadyScenario, { plans, trials, seed }: Results): ReadyScenario {
  const ran = trials.filter((trial) => trial.scenario === scenario.name);
  if (
    ran.some(({ block, planHash }) => plans[planHash] && hashPlan(scenario.plan(seed + block)) !== planHash)
  )
    throw usage(`the file of scenario ${scenario.name} was changed since the run began; start a new one`);
  return scenario;
}

/** A wire named twice is held against itself: the second is `websocket#2`. */
function parseTransports(text: string, own: Own): Transport[] {
  const seen = new Map<string, number>();
  return chooseTransports(text, [...allTransports, ...own.transports]).map((transport) => {
    const times = (seen.get(transport.name) ?? 0) + 1;
    seen.set(transport.name, times);
    return times === 1 ? transport : { ...transport, name: `${transport.name}#${times}` };
  });
}

/** `poisson`, `constant`, or `burst:20` for twenty at a time. */
function parseArrivals(text: string): Arrivals {
  const burst = /^burst:(.*)$/.exec(text)?.[1];
  if (burst !== undefined) {
    return { burstOf: parseNumber("--arrivals burst:", burst, { min: 2, max: 10_000, integer: true }) };
  }
  if (text === "poisson" || text === "constant") return text;
  throw usage(`--arrivals takes poisson, constant or burst:20, not "${text}"`);
}

/** Real loss is the kernel's to give; better said before the first trial than by each. */
function refuseDrops(scenarios: readonly ReadyScenario[]): void {
  if (!scenarios.some((scenario) => scenario.plan(0).link?.dropShare)) return;
  const reason = whyNoDrops();
  if (reason !== undefined)
    throw usage(
      `a link that drops segments can't be had here: ${reason}; loss=1% imitates loss above TCP anywhere`,
    );
}

/** A profile by its name, or `delay=50ms,jitter=5ms`. */
function linkOf(text: string): Link {
  try {
    return parseLink(text);
  } catch (error) {
    throw usage(`--link: ${LabError.from(error).message}`, error);
  }
}

function readyScenario(
  scenario: Scenario,
  flags: BenchFlags,
  preset: Results["preset"],
  traffic: Traffic,
): ReadyScenario {
  const chosen = PARAM_NAMES.map((name) => {
    const { min, max } = scenario.params[name];
    const text = flags[name];
    const integer = name === "connections" || name === "payload";
    const value = text === undefined ? undefined : parseNumber(`--${name}`, text, { min, max, integer });
    const preferred = PRESETS[preset].params[name] ?? defaultOf(scenario, name);
    return [name, value ?? Math.min(max, Math.max(min, preferred))];
  });
  return ready(scenario, Object.fromEntries(chosen), traffic);
}

function defaultOf(scenario: Scenario, name: ParamName): number {
  return scenario.params[name].default;
}

function ready(
  scenario: Scenario,
  values: Readonly<Record<string, number>>,
  { loop, arrivals, link = null }: Traffic,
): ReadyScenario {
  const value = (name: ParamName) => values[name] ?? defaultOf(scenario, name);
  const params: Params = {
    connections: value("connections"),
    rate: value("rate"),
    payload: value("payload"),
    duration: value("duration"),
    warmup: value("warmup"),
  };
  const planOf = (seed: number) => {
    const plan = scenario.plan(params, seed);
    const traffic = plan.traffic.map((one) => ({ ...one, ...(arrivals ? { arrivals } : {}) }));
    return { ...plan, loop, traffic, ...(link ? { link } : {}) };
  };
  // Parsed once here, so that a plan that can't be is an error of usage and not of a trial.
  const checked = planSchema.safeParse(planOf(0));
  if (!checked.success)
    throw usage(`scenario ${scenario.name}: ${checked.error.issues[0]?.message}`, checked.error);
  return {
    name: scenario.name,
    summary: scenario.summary,
    params: { ...params },
    plan: (seed) => planSchema.parse(planOf(seed)),
  };
}

const CLIENTS_A_PROCESS = 2_500;
const DELIVERIES_A_PROCESS = 20_000;

/** As many as the largest scenario's clients and deliveries a second need, but no more than the load has CPUs. */
function automaticLoadProcesses(scenarios: readonly ReadyScenario[]): number {
  const needed = scenarios.map((scenario) => {
    const plan = scenario.plan(0);
    const users = plan.groups.reduce((sum, group) => sum + group.users, 0);
    return Math.max(users / CLIENTS_A_PROCESS, deliveriesPerSecond(plan) / DELIVERIES_A_PROCESS);
  });
  const affinity = divideCpus();
  const room = typeof affinity === "string" ? availableParallelism() - 1 : affinity.load.length;
  return Math.max(1, Math.min(Math.ceil(Math.max(...needed)), room));
}

function deliveriesPerSecond(plan: Plan): number {
  const audiences = audiencesOf(plan);
  return plan.traffic.reduce((sum, { to, ratePerSecond }) => {
    const subscribers = "topic" in to ? (audiences.get(to.topic)?.subscribers ?? 0) : 1;
    return sum + ratePerSecond * subscribers;
  }, 0);
}
