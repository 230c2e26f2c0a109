import type { Claim, Measured, Mode, Setup, Term } from "../../claims/claim.ts";
import { claims as registry } from "../../claims/registry.ts";
import { labelOf, sizedFor } from "../../claims/setup.ts";
import { launchSeconds } from "../../harness/launch/launch-seconds.ts";
import { sliceMsOf, whyInOnePiece } from "../../harness/launch/slicing.ts";
import { estimateSeconds } from "../../harness/run/estimate.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import { transportsOf } from "../../reports/claims/findings.ts";
import { metricOf } from "../../reports/claims/values.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { findTransport } from "../../transports/registry.ts";
import { linkOf } from "../flags/link-flag.ts";
import { PARAM_NAMES, ready } from "../flags/ready-scenario.ts";
import { lasting } from "../own/file-scenarios.ts";

interface Spending {
  readonly blocks: number;
  /** Seconds of each trial in one piece. */
  readonly duration: number;
  readonly warmup: number;
  /** What noise has spoiled is made up for as long as all is done within this. */
  readonly minutes: number;
}

/** What a mode spends. */
export const SPENDING: Readonly<Record<Mode, Spending>> = {
  quick: { blocks: 3, duration: 0.5, warmup: 0.3, minutes: 10 },
  full: { blocks: 5, duration: 2, warmup: 1, minutes: 60 },
};

/** One set-up, with all the transports that some claim needs on it. */
export interface Experiment {
  readonly label: string;
  readonly scenario: ReadyScenario;
  readonly loop: "open" | "closed";
  readonly transports: readonly string[];
  /** The claims that it serves. */
  readonly claims: readonly string[];
  /** Whether noise voids its trials: of a claim's always, of a lesson's where it says so. */
  readonly mindsNoise: boolean;
}

interface Found {
  readonly setup: Setup;
  readonly transports: Set<string>;
  readonly claims: Set<string>;
}

/** The experiments of these claims, each once, however many claims it serves; of transports that are not here, none. */
export function experimentsOf(
  claims: readonly Claim[],
  mode: Mode,
  isHere: (transport: string) => boolean,
): Experiment[] {
  const found = new Map<string, Found>();
  const publishes = publishesNeeded([...registry, ...claims], mode);
  for (const { id, notRead, readings } of claims)
    for (const reading of readings)
      if (notRead === undefined && reading.kind === "measured" && transportsOf(reading).every(isHere))
        for (const setup of setupsOf(reading, mode)) {
          const label = labelOf(setup, mode);
          const known = found.get(label) ?? { setup, transports: new Set(), claims: new Set() };
          for (const transport of transportsOf(reading)) known.transports.add(transport);
          known.claims.add(id);
          found.set(label, known);
        }
  return [...found].map(([label, { setup, transports, claims: served }]) => ({
    label,
    mindsNoise: true,
    scenario: { ...lastingFor(publishes.get(label) ?? 0, scenarioOf(setup, mode)), name: label },
    loop: setup.closedLoop ? "closed" : "open",
    transports: [...transports].sort(),
    claims: [...served],
  }));
}

function termsOf({ figure: { of, over } }: Measured): Term[] {
  return over ? [of, over] : [of];
}

/** What a reading is tried on. */
export function setupsOf({ places }: Measured, mode: Mode): Setup[] {
  return places.filter(({ fullOnly }) => !fullOnly || mode === "full").map(({ setup }) => setup);
}

/** By experiment, how many publishes the quantiles rest on that any claim reads from it: the same plan, whichever claims are asked for. */
function publishesNeeded(claims: readonly Claim[], mode: Mode): ReadonlyMap<string, number> {
  const needed = new Map<string, number>();
  for (const reading of claims.flatMap(({ readings }) => readings)) {
    if (reading.kind !== "measured") continue;
    const needs = termsOf(reading).map((term) => metricOf(term).support?.needs ?? 0);
    for (const setup of setupsOf(reading, mode)) {
      const label = labelOf(setup, mode);
      needed.set(label, Math.max(needed.get(label) ?? 0, ...needs));
    }
  }
  return needed;
}

/** More than are needed, since arrivals are random in most scenarios. */
const MARGIN = 1.25;

/** The scenario, measured for long enough to have so many publishes. */
function lastingFor(publishes: number, scenario: ReadyScenario): ReadyScenario {
  const plan = scenario.plan(0);
  const perSecond = plan.traffic.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
  if (perSecond === 0) return scenario;
  const neededMs = (1_000 * MARGIN * publishes) / perSecond;
  const stepMs = whyInOnePiece(plan) === undefined ? sliceMsOf(plan) : 100;
  const duration = (Math.ceil(Math.max(neededMs, plan.phases.measureMs) / stepMs) * stepMs) / 1_000;
  return lasting(scenario, { duration });
}

/** The scenario of a set-up with its numbers. */
export function scenarioOf(setup: Setup, mode: Mode): ReadyScenario {
  const scenario = scenarios.find(({ name }) => name === setup.scenario);
  if (!scenario) throw new Error(`there is no scenario ${setup.scenario}`);
  const { duration, warmup } = SPENDING[mode];
  const given = PARAM_NAMES.flatMap((name) => {
    const size = setup[name];
    return size === undefined ? [] : [[name, sizedFor(size, mode)] as const];
  });
  return ready(
    scenario,
    { duration, warmup, ...Object.fromEntries(given) },
    {
      loop: setup.closedLoop ? "closed" : "open",
      arrivals: null,
      link: setup.link === undefined ? null : linkOf(setup.link),
      cluster: null,
    },
  );
}

/** Whether transports can take turns in slices: clients that ask all the time are never silent in another one's. */
export function canInterleave(transports: readonly string[]): boolean {
  return transports.every((name) => findTransport(name)?.pollEveryMs === undefined);
}

/** Experiments that one run measures: those that can be sliced with others of the same transports in the same launches, others by themselves. */
export function grouped(experiments: readonly Experiment[]): Experiment[][] {
  const groups = new Map<string, Experiment[]>();
  for (const one of experiments) {
    const isSliced = whyInOnePiece(one.scenario.plan(0)) === undefined && canInterleave(one.transports);
    const key = `${one.loop} ${one.transports.join(" ")} ${isSliced ? "" : one.label}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** About how long a group takes. */
export function groupSeconds(group: readonly Experiment[], mode: Mode): number {
  const { blocks } = SPENDING[mode];
  const transports = group[0]?.transports.length ?? 0;
  const plans = group.map(({ scenario }) => scenario.plan(0));
  const isSliced = canInterleave(group[0]?.transports ?? []);
  const sliced = plans.filter((plan) => isSliced && whyInOnePiece(plan) === undefined);
  const inOnePiece = plans
    .filter((plan) => !sliced.includes(plan))
    .reduce((sum, plan) => sum + transports * estimateSeconds(plan), 0);
  return blocks * ((sliced.length > 0 ? launchSeconds(sliced, transports) : 0) + inOnePiece);
}

/** About how long so many trials of a group take: fewer than all where some are kept, more where noise asks for more. */
export function trialsSeconds(group: readonly Experiment[], trials: number, mode: Mode): number {
  const all = SPENDING[mode].blocks * group.length * (group[0]?.transports.length ?? 0);
  return all === 0 ? 0 : (groupSeconds(group, mode) * Math.max(0, trials)) / all;
}
