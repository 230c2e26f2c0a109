import type { Results } from "../../harness/result/result.ts";
import { blockList } from "../prose/sentences.ts";

/** What holds for all trials of a run. */
type Settings = Pick<Results, "seed" | "preset" | "loop" | "arrivals" | "link" | "cluster" | "loadProcesses">;

/** What decides whether two runs measured the same thing. */
export interface PlannedRun extends Settings {
  readonly transports: readonly string[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly params: Readonly<Record<string, number>>;
  }[];
  /** A block (from 1) of a scenario and the hash of its plan. */
  readonly plans: readonly { readonly scenario: string; readonly block: number; readonly planHash: string }[];
}

/** The plan that a run was made by. */
export function plannedRunOf(results: Results): PlannedRun {
  const { transports, scenarios, trials } = results;
  return {
    ...settingsOf(results),
    transports,
    scenarios,
    plans: trials.map(({ scenario, block, planHash }) => ({ scenario, block: block + 1, planHash })),
  };
}

/**
 * What keeps two runs from being compared, in words; empty when nothing does. Transports, scenarios and blocks that only one of them
 * has are no difference in what both have, but there must be something in common.
 */
export function planDifferences(a: PlannedRun, b: PlannedRun): string[] {
  const common = a.scenarios.flatMap((one) => {
    const other = b.scenarios.find(({ name }) => name === one.name);
    return other ? [{ name: one.name, a: one.params, b: other.params }] : [];
  });
  if (common.length === 0) return ["they have no scenario in common"];
  if (!a.transports.some((transport) => b.transports.includes(transport)))
    return ["they have no transport in common"];
  const differences = [
    ...fields(settingsOf(a), settingsOf(b)).map(spoken),
    ...common.flatMap((one) => fields(one.a, one.b).map((field) => `${one.name}: ${spoken(field)}`)),
  ];
  // Another seed or duration makes another plan; that the hashes differ is then no news.
  return differences.length > 0 ? differences : common.flatMap(({ name }) => hashes(name, a, b));
}

function settingsOf(results: Settings): Settings {
  const { seed, preset, loop, arrivals, link = null, cluster = null, loadProcesses } = results;
  return { seed, preset, loop, arrivals, link, cluster, loadProcesses };
}

/** What a machine is like at one moment, not what it is. */
const MOMENTARY = /^(loadAverage|memoryFree)/;

/** What else may explain another figure: machine, versions, settings of the system. In words, as differences of plans are. */
export function environmentDifferences(a: Results, b: Results): string[] {
  const steady = ({ environment }: Results) =>
    Object.fromEntries(Object.entries(environment).filter(([name]) => !MOMENTARY.test(name)));
  return fields(steady(a), steady(b)).map(spoken);
}

interface Field {
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

/** The fields whose values differ, nested ones by their path; `-` where one of the two has none. */
function fields(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): Field[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) => {
    const [one, other] = [a[name], b[name]];
    if (isRecord(one) && isRecord(other))
      return fields(one, other).map((inner) => ({ ...inner, name: `${name} ${inner.name}` }));
    const [textA, textB] = [text(one), text(other)];
    return textA === textB ? [] : [{ name, a: textA, b: textB }];
  });
}

/** "node v20.19.5 in A, v22.1.0 in B" */
function spoken({ name, a, b }: Field): string {
  return `${words(name)} ${a} in A, ${b} in B`;
}

function hashes(name: string, a: PlannedRun, b: PlannedRun): string[] {
  const known = new Map(
    a.plans.filter(({ scenario }) => scenario === name).map((one) => [one.block, one.planHash]),
  );
  const other = b.plans
    .filter((one) => one.scenario === name && (known.get(one.block) ?? one.planHash) !== one.planHash)
    .map(({ block }) => block);
  const blocks = [...new Set(other)].sort((x, y) => x - y);
  return blocks.length > 0 ? [`${name}: the plans of ${blockList(blocks)} have different hashes`] : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `loadProcesses` as one says it. */
function words(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
