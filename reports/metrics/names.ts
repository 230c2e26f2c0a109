import { CATALOGUE, METRICS } from "./catalogue.ts";
import { DERIVED } from "./deliveries.ts";
import type { Metric } from "./metric.ts";
import { isSingle, type Path } from "./paths.ts";
import { UNJUDGED } from "./unjudged.ts";

/** What rules and the CSV call a metric: its path; of one that several numbers make, its key. */
export function ruleNameOf(metric: Metric): string {
  const [path] = metric.paths;
  if (metric.paths.length === 1 && isSingle(path)) return path;
  const keyed = Object.entries<Metric>({ ...METRICS, ...DERIVED }).find(([, one]) => one === metric);
  return keyed?.[0] ?? path;
}

const BY_NAME: ReadonlyMap<string, Metric> = new Map(
  [...CATALOGUE, ...UNJUDGED].map((metric) => [ruleNameOf(metric), metric]),
);
const ALIASES: ReadonlyMap<string, string> = new Map([
  // Rules may still say it, but nothing offers it: --rate is the publishes a second.
  ["rate", "deliveriesPerSecond"],
  ...CATALOGUE.flatMap((metric) => metric.aliases.map((alias) => [alias, ruleNameOf(metric)] as const)),
]);

/** The metric of a rule's name. */
export function metricAt(name: string): Metric {
  const metric = BY_NAME.get(name);
  if (!metric) throw new Error(`no metric is called ${name}`);
  return metric;
}

/** The name that rules use, of what somebody typed: a name itself, `p99` of the delivery latency, `receipt.p50`, `cpu`. */
export function metricNamed(typed: string): string | undefined {
  return BY_NAME.has(typed) ? typed : ALIASES.get(typed);
}

/** What a metric may be called, the short names first; `loop%` is no name that one types alone. */
function namesOf(metric: Metric): string[] {
  return [...metric.aliases.filter((alias) => !alias.endsWith("%")), ruleNameOf(metric)];
}

/** The names of every metric that can be judged. */
export const JUDGED_NAMES: readonly string[] = CATALOGUE.filter(({ better }) => better !== "none").flatMap(
  namesOf,
);

/** The names of all that lead to one value of a trial. */
export const READABLE_NAMES: readonly string[] = [
  ...CATALOGUE,
  ...UNJUDGED.filter(({ paths }) => isSingle(paths[0])),
].flatMap(namesOf);

/** Every number that a trial has once, by its path. */
export const NUMBERS: readonly { readonly path: Path; readonly unit: Metric["unit"] }[] = [
  ...CATALOGUE,
  ...UNJUDGED,
].flatMap((metric) => {
  const [path] = metric.paths;
  return metric.paths.length === 1 && isSingle(path) ? [{ path, unit: metric.unit }] : [];
});
