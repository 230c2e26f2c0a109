import type { Fitting } from "../../harness/launch/fitting.ts";
import { sliceMsOf, slicesForMedian, whyInOnePiece } from "../../harness/launch/slicing.ts";
import type { Until } from "../../harness/launch/until.ts";
import { CONTROL } from "../../harness/result/control-name.ts";
import type { Environment, Results } from "../../harness/result/result.ts";
import {
  MOST_BLOCKS,
  MOST_LOAD_PROCESSES,
  MOST_NAMED,
  MOST_SEED,
  MOST_TRIALS,
} from "../../harness/result/schema/units.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import type { OtherBuild } from "../../harness/run/run-state.ts";
import { LEAST_LAUNCHES } from "../../harness/statistics/all-pairs.ts";
import { LOOKS } from "../../harness/statistics/looks.ts";
import type { Arrivals } from "../../scenarios/plan.ts";
import { scenarios as allScenarios, defaultScenarios } from "../../scenarios/registry.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import {
  transports as allTransports,
  defaultTransports,
  everyTransport,
  findTransport,
} from "../../transports/registry.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { behind, lasting, refuseForFiles, secondsOf } from "../own/file-scenarios.ts";
import type { Own } from "../own/own.ts";
import { usage } from "../process/failure.ts";
import { type AgentsChoice, agentsFor, agentsOf, whyNotByAgents } from "./agent-flags.ts";
import { parseChoices, parseNumber } from "./choices.ts";
import { clusterOf } from "./cluster-flags.ts";
import { refuseMissingEngines, withEnginesHere } from "./engines-needed.ts";
import { linkOf, refuseWhatKernelLacks } from "./link-flag.ts";
import { automaticLoadProcesses } from "./load-processes.ts";
import { PRESETS } from "./presets.ts";
import { defaultOf, PARAM_NAMES, ready, type Traffic } from "./ready-scenario.ts";
import { runtimeOf } from "./runtime-flag.ts";
import { refuseForTarget } from "./target.ts";
import { chooseTransports, securely } from "./transport-choice.ts";

/** What is to be run. */
export interface BenchPlan {
  readonly transports: readonly TransportEntry[];
  readonly scenarios: readonly ReadyScenario[];
  readonly blocks: number;
  readonly interleave: boolean;
  readonly until?: Until;
  readonly fitting?: Fitting;
  readonly control?: TransportEntry;
  /** Another build, which is measured in the same launches. */
  readonly against?: OtherBuild;
  readonly seed: number;
  readonly loadProcesses: number;
  readonly agents?: AgentsChoice;
  readonly runtime?: NonNullable<Environment["serverRuntime"]>;
  readonly modules: Own["modules"];
  readonly preset: Results["preset"];
  readonly loop: Results["loop"];
  readonly arrivals: Results["arrivals"];
  readonly link?: Results["link"];
  readonly cluster?: Results["cluster"];
}

/** Launches that a run which ends when enough is known has at the most, and its time in minutes. */
const MOST_UNTIL = LOOKS.at(-1) ?? 1;
const DEFAULT_BUDGET = 15;
const MOST_ROUNDS = 10_000;

/** Reads the flags; every impossible one fails with one line. */
export function planBench(flags: BenchFlags, own: Own = NOTHING): BenchPlan {
  if (flags.quick && flags.rigorous) throw usage("choose one of --quick and --rigorous");
  const preset = flags.quick ? "quick" : flags.rigorous ? "rigorous" : "standard";
  const chosen = [
    ...(flags.transports
      ? parseTransports(flags.transports, own)
      : (flags.target ?? flags.broker)
        ? []
        : defaultTransports),
    ...own.transports,
  ]
    .map((one) =>
      flags.tls && one.supports.network && inTheClear(one.name) === undefined ? securely(one) : one,
    )
    .filter((one, index, all) => all.findIndex(({ name }) => name === one.name) === index);
  const agents = agentsOf(flags);
  const traffic: Traffic = {
    loop: flags.closedLoop ? "closed" : "open",
    arrivals: flags.arrivals === undefined ? null : parseArrivals(flags.arrivals),
    link: flags.link === undefined ? null : linkOf(flags.link),
    cluster: clusterOf(flags),
  };
  const scenarios = flags.scenarios
    ? parseChoices("scenario", flags.scenarios, allScenarios)
    : own.scenarios.length > 0
      ? []
      : defaultScenarios;
  if (own.scenarios.length > 0) refuseForFiles(flags);
  const whole = (flag: string, text: string | undefined, min: number, max: number, otherwise: number) =>
    text === undefined ? otherwise : parseNumber(flag, text, { min, max, integer: true });
  // Clients that ask all the time are never silent in another transport's slice, and what waits to be asked for is longer under way than a slice is.
  const interleave =
    flags.interleave !== false && chosen.every((one) => one.pollEveryMs === undefined && !one.external);
  const named = scenarios.map((scenario) => readyScenario(scenario, flags, preset, traffic));
  const here = flags.scenarios === "all" && !traffic.cluster ? withEnginesHere(named) : named;
  const inPieces = [
    ...(agents && flags.scenarios === "all" ? here.filter((one) => whyNotByAgents(one) === undefined) : here),
    ...own.scenarios.map((scenario) => behind(lasting(scenario, secondsOf(flags)), traffic)),
  ];
  const ready = inPieces.map((one) => inRounds(one, flags, preset, interleave, own.scenarios.length > 0));
  refuseWhatKernelLacks(ready);
  refuseMissingEngines(ready, chosen);
  refuseForTarget(ready, chosen);
  const fitting = agents && agentsFor(agents, ready, chosen);
  const runtime = runtimeOf(flags, chosen);
  const isSliced = interleave && ready.some(sliceable);
  if (flags.rounds !== undefined && !isSliced)
    throw usage("--rounds applies to launches, but nothing here is measured in slices; use --duration");
  if (flags.launches !== undefined && flags.blocks !== undefined)
    throw usage("--blocks and --launches mean the same; leave one out");
  const { against } = own;
  if (against && !(interleave && ready.every(sliceable)))
    throw usage(
      "--against measures two builds in the same launches, in slices; leave out --no-interleave and the scenarios that can't be sliced",
    );
  const until = parseUntil(flags, isSliced);
  if (until && flags.quick)
    throw usage("--quick is one launch, which can't distinguish anything; leave out --quick or --until");
  const inOnePiece = ready.filter((one) => !sliceable(one)).map(({ name }) => name);
  if (until && inOnePiece.length > 0)
    throw usage(
      `--until ends launches of slices when they say enough; leave out what is measured in one piece: ${inOnePiece.join(", ")}`,
    );
  const isCounted = flags.launches !== undefined || flags.blocks !== undefined;
  // What is measured in one piece beside them has as many blocks as they are.
  const inTime =
    isSliced && inOnePiece.length === 0 && !isCounted && !until ? PRESETS[preset].fitting : undefined;
  const usual = isSliced ? (inTime?.most ?? PRESETS[preset].launches) : PRESETS[preset].blocks;
  const blocks = whole(
    flags.launches === undefined ? "--blocks" : "--launches",
    flags.launches ?? flags.blocks,
    1,
    MOST_BLOCKS,
    until ? MOST_UNTIL : usual,
  );
  refuseTooMuch(chosen.length * (against ? 2 : 1), ready.length, blocks);
  const control = flags.control === false || !isSliced ? undefined : controlOf(chosen, preset, blocks);
  return {
    transports: chosen,
    scenarios: ready,
    modules: own.modules,
    preset,
    ...traffic,
    blocks,
    interleave,
    ...(until ? { until } : {}),
    ...(inTime ? { fitting: { least: inTime.least, seconds: inTime.seconds } } : {}),
    ...(control ? { control } : {}),
    ...(against ? { against } : {}),
    ...(fitting ? { agents: fitting } : {}),
    ...(runtime ? { runtime } : {}),
    seed: whole("--seed", flags.seed, 0, MOST_SEED, 1),
    loadProcesses: whole(
      "--load-processes",
      flags.loadProcesses,
      agents?.count ?? 1,
      MOST_LOAD_PROCESSES,
      Math.max(agents?.count ?? 1, automaticLoadProcesses(ready)),
    ),
  };
}

/** None where it is compared anyway, or where launches are too few for a verdict. */
function controlOf(
  chosen: readonly TransportEntry[],
  preset: Results["preset"],
  launches: number,
): TransportEntry | undefined {
  if (preset === "quick" || launches < LEAST_LAUNCHES) return undefined;
  return chosen.some(({ name }) => name === CONTROL) ? undefined : findTransport(CONTROL);
}

/** `told` is the word that such runs are known by elsewhere. */
function parseUntil({ until, budget }: BenchFlags, isSliced: boolean): Until | undefined {
  if (until === undefined) {
    if (budget !== undefined) throw usage("--budget only works with --until; add --until distinguished");
    return undefined;
  }
  if (!isSliced) throw usage("--until applies to launches, but nothing here is measured in slices");
  const minutes =
    budget === undefined
      ? DEFAULT_BUDGET
      : parseNumber("--budget", budget, { min: 1, max: 24 * 60, integer: false });
  const budgetSeconds = 60 * minutes;
  if (until === "distinguished" || until === "told") return { goal: "distinguished", budgetSeconds };
  const percent = /^(.+?)\s*%$/.exec(until)?.[1];
  if (percent === undefined)
    throw usage(`--until takes distinguished, or a percentage such as 5%, not "${until}"`);
  return {
    goal: parseNumber("--until", percent, { min: 0.1, max: 100, integer: false }) / 100,
    budgetSeconds,
  };
}

function sliceable(scenario: ReadyScenario): boolean {
  return whyInOnePiece(scenario.plan(0)) === undefined;
}

/** A scenario that is measured in slices, for as long as its rounds take; a file's own time stands unless flags say otherwise. */
function inRounds(
  scenario: ReadyScenario,
  flags: BenchFlags,
  preset: Results["preset"],
  interleave: boolean,
  isOwn: boolean,
): ReadyScenario {
  if (flags.rounds !== undefined && flags.duration !== undefined)
    throw usage("--rounds and --duration both set how long to measure; leave one out");
  if (!interleave || !sliceable(scenario) || flags.duration !== undefined) return scenario;
  if (flags.rounds === undefined && isOwn) return scenario;
  const plan = scenario.plan(0);
  const { rounds: ofPreset } = PRESETS[preset];
  const own = allScenarios.find(({ name }) => name === scenario.name)?.slicesALaunch ?? 0;
  const usual = ofPreset === "median" ? ofPreset : Math.max(ofPreset, own);
  const rounds =
    flags.rounds === undefined
      ? usual === "median"
        ? slicesForMedian(plan)
        : usual
      : parseNumber("--rounds", flags.rounds, { min: 1, max: MOST_ROUNDS, integer: true });
  return lasting(scenario, { duration: (rounds * sliceMsOf(plan)) / 1_000 });
}

export const NOTHING: Own = { scenarios: [], transports: [], modules: new Map() };

/** Results have room for so many; the rest could not be read again. */
export function refuseTooMuch(transports: number, scenarios: number, blocks: number): void {
  const trials = transports * scenarios * blocks;
  if (transports > MOST_NAMED || scenarios > MOST_NAMED || 2 * trials > MOST_TRIALS)
    throw usage(
      `${transports} transports on ${scenarios} scenarios in ${blocks} blocks make ${trials} trials; a run can have at most ${MOST_NAMED} transports, ${MOST_NAMED} scenarios and ${MOST_TRIALS / 2} trials`,
    );
}

/** A transport named twice is its own A/A control: the second is `websocket#2`. */
export function parseTransports(text: string, own: Own): TransportEntry[] {
  const seen = new Map<string, number>();
  const isAll = text.trim() === "all";
  // What needs more than the lab itself is meant by who names it.
  const known = [...(isAll ? allTransports : everyTransport), ...own.transports];
  return chooseTransports(text, known).map((transport) => {
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
