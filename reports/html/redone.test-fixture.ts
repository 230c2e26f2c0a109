import type { Latency, Results } from "../../harness/result/result.ts";
import { METRICS } from "../metrics/catalogue.ts";
import { type Metric, pointerOf } from "../metrics/metric.ts";
import { mergedTail } from "../model/histogram.ts";

/** Figures made anew from the results document alone, by the places and rules that the page states, with none of the page's own code. */

export const PICKS = 300;
const SIZES: Readonly<Record<string, number>> = {
  "": 1,
  x: 1,
  "/s": 1,
  "%": 0.01,
  µs: 1,
  ms: 1e3,
  s: 1e6,
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};
/** Student's t at 97.5 % by degrees of freedom, from the usual table. */
const T975: Readonly<Record<number, number>> = {
  1: 12.7062,
  2: 4.30265,
  3: 3.18245,
  4: 2.77645,
  8: 2.306,
  9: 2.26216,
};

interface Found {
  readonly value: number;
  readonly parents: readonly unknown[];
}

/** Every number that a JSON pointer leads to; `*` is each entry of a list. */
export function at(document: unknown, pointer: string): Found[] {
  // Of a list, an entry need not have it.
  const found = everythingAt(document, pointer).filter(
    ({ value }) => value !== undefined || !pointer.includes("*"),
  );
  return found.map(({ value, parents }) => {
    if (typeof value !== "number") throw new Error(`no number at ${pointer}`);
    return { value, parents };
  });
}

/** Whatever a JSON pointer leads to. */
export function everythingAt(
  document: unknown,
  pointer: string,
): { readonly value: unknown; readonly parents: readonly unknown[] }[] {
  let found: { value: unknown; parents: unknown[] }[] = [{ value: document, parents: [] }];
  const parts = pointer.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (const part of parts.slice(1))
    found = found.flatMap(({ value, parents }) => {
      if (typeof value !== "object" || value === null) return [];
      const next =
        part === "*"
          ? Object.values(value)
          : [Object.getOwnPropertyDescriptor(value, part)?.value as unknown];
      return next.map((one) => ({ value: one, parents: [...parents, value, one] }));
    });
  return found;
}

const byRole =
  (role: string) =>
  ({ parents }: Found) =>
    parents.some((one) => typeof one === "object" && one !== null && "role" in one && one.role === role);

const byPointer = new Map(
  Object.values<Metric>(METRICS)
    .map((metric) => [pointerOf(metric), metric] as const)
    .reverse(),
);

/** One trial's value; of several paths their quotient, or what the metric's source says. */
export function ofTrial(results: Results, trial: string, path: string): number {
  const { sliced, join } = byPointer.get(path) ?? {};
  const [own] = sliced
    ? everythingAt(results, `/trials/${trial}/metrics/${sliced.replaceAll(".", "/")}`)
    : [];
  if (typeof own?.value === "number") return own.value;
  const paths = path.split(" ").map((one) => at(results, `/trials/${trial}/metrics/${one}`));
  const [first = [], second = []] = paths;
  if (join === "maximum of the load processes")
    return Math.max(...first.filter(byRole("load")).map(({ value }) => value));
  if (join === "maximum of the agents") return Math.max(...first.map(({ value }) => value));
  if (join === "the server process") return first.find(byRole("server"))?.value ?? Number.NaN;
  const one = first[0]?.value ?? Number.NaN;
  return paths.length === 2 ? one / (second[0]?.value ?? Number.NaN) : one;
}

export interface Told {
  readonly path: string;
  /** Places in the list of trials, separated by commas. */
  readonly trials: string;
  readonly rule: string;
}

/** The figure by its rule. */
export function redone(results: Results, { path, trials, rule }: Told): number {
  if (rule === "sum") {
    const under = trials === "" ? "" : `/trials/${trials}/metrics/`;
    return sum(path.split(" ").map((one) => at(results, under + one)[0]?.value ?? Number.NaN));
  }
  if (rule.includes("merged")) return mergedOf(results, path, trials, rule);
  return byRule(valuesOf(results, path, trials), rule);
}

/** A quantile of all the trials' histograms together, or an end of its interval. */
function mergedOf(results: Results, path: string, trials: string, rule: string): number {
  const [latency = "", quantile = ""] = path.split("/");
  const parts = trials.split(",").map((trial) => {
    const [found] = everythingAt(results, `/trials/${trial}/metrics/${latency}`);
    return found?.value as Latency;
  });
  const { value, interval } = mergedTail(quantile === "p99" ? 100 : 1_000, parts) ?? { value: Number.NaN };
  if (rule.startsWith("low")) return interval?.low ?? Number.NaN;
  return rule.startsWith("high") ? (interval?.high ?? Number.NaN) : value;
}

/** One value a trial. */
export function valuesOf(results: Results, path: string, trials: string): number[] {
  if (path.startsWith("/")) return at(results, path).map(({ value }) => value);
  return trials.split(",").map((trial) => ofTrial(results, trial, path));
}

/** What a rule makes of the values of several trials. */
export function byRule(values: readonly number[], rule: string): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const rules: Readonly<Record<string, () => number>> = {
    value: () => (values.length === 1 ? (values[0] ?? Number.NaN) : Number.NaN),
    total: () => sum(values),
    mean: () => sum(values) / values.length,
    "geometric mean": () => intervalOf(values).value,
    "low of the interval": () => intervalOf(values).low,
    "high of the interval": () => intervalOf(values).high,
    median: () => ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2,
    lowest: () => Math.min(...values),
    highest: () => Math.max(...values),
  };
  const made = rules[rule];
  if (!made) throw new Error(`no such rule: ${rule}`);
  return made();
}

/** The geometric mean with its 95 % interval by Student's t on logarithms. */
export function intervalOf(values: readonly number[]): Readonly<Record<"low" | "value" | "high", number>> {
  const logs = values.map(Math.log);
  const mean = sum(logs) / logs.length;
  const sd = Math.sqrt(sum(logs.map((one) => (one - mean) ** 2)) / (logs.length - 1));
  const half = ((T975[logs.length - 1] ?? Number.NaN) * sd) / Math.sqrt(logs.length);
  return { low: Math.exp(mean - half), value: Math.exp(mean), high: Math.exp(mean + half) };
}

/** A pair's effect, its trials given as "3/5,10/9". */
export function effectOf(results: Results, path: string, pairs: string): ReturnType<typeof intervalOf> {
  const ratios = pairs.split(",").map((pair) => {
    const [a = Number.NaN, b = Number.NaN] = pair.split("/").map((trial) => ofTrial(results, trial, path));
    return a / b;
  });
  return intervalOf(ratios);
}

/** A value in the unit and with the decimals of the text: "1,234", "0.85". */
export function writtenLike(shown: string, suffix: string, value: number): string {
  const decimals = shown.split(".")[1]?.length ?? 0;
  const size = SIZES[suffix];
  if (size === undefined) throw new Error(`no such unit: ${suffix}`);
  return writing(decimals).format(value / size);
}

const writings = new Map<number, Intl.NumberFormat>();

/** One for each number of decimals: to make a formatter takes longer than to use it. */
function writing(decimals: number): Intl.NumberFormat {
  const format =
    writings.get(decimals) ??
    new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  writings.set(decimals, format);
  return format;
}

export function sizeOf(suffix: string): number {
  return SIZES[suffix] ?? Number.NaN;
}

/** So many of them at random. */
export function picked<T>(all: readonly T[], random: () => number): T[] {
  return Array.from({ length: PICKS }, () => all[Math.floor(random() * all.length)]).filter(
    (one) => one !== undefined,
  );
}

/** The value of an attribute in the text of a tag. */
export function attribute(markup: string, name: string): string | undefined {
  return markup.match(new RegExp(` ${name}="([^"]*)"`))?.[1];
}

/** Text as a reader sees it. */
export function textOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, " ")
    .trim();
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

/** Every number in it, however deep. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];
}
