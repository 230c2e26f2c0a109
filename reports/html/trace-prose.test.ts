import { expect, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import type { Results } from "../../harness/result/result.ts";
import { metricsOf } from "../model/results.test-fixture.ts";
import { documentOf, pageOf, real } from "./documents.test-fixture.ts";
import { type Figure, proseOf } from "./prose-figures.test-fixture.ts";
import { picked, textOf, writtenLike } from "./redone.test-fixture.ts";
import { type Kind, ofStory, sayable } from "./sayable.test-fixture.ts";

const KINDS: Readonly<Record<string, Kind>> = {
  µs: "time",
  ms: "time",
  s: "time",
  B: "bytes",
  KiB: "bytes",
  MiB: "bytes",
  GiB: "bytes",
  "%": "share",
  x: "ratio",
};

const known = new WeakMap<Results, Map<string, Record<Kind, number[]>>>();

function candidatesOf(results: Results, { scenario, trial, text }: Figure): Record<Kind, number[]> {
  if (trial !== undefined) return ofStory(results, trial);
  const named = results.transports.filter((transport) =>
    new RegExp(`(?<![\\w:#-])${transport}(?![\\w:#-])`).test(text),
  );
  // The answer names who leads beside figures of all.
  const transports = named.length > 0 && scenario >= 0 ? named : results.transports;
  const scenarios = results.scenarios.map(({ name }) => name);
  const chosen = scenario < 0 ? scenarios : [scenarios[scenario] ?? ""];
  const of = known.get(results) ?? new Map<string, Record<Kind, number[]>>();
  known.set(results, of);
  const all = chosen.map((name) => {
    const key = JSON.stringify([name, transports]);
    const made = of.get(key) ?? sayable(results, name, transports);
    of.set(key, made);
    return made;
  });
  const joined = (kind: Kind) => all.flatMap((one) => one[kind]);
  return { time: joined("time"), bytes: joined("bytes"), share: joined("share"), ratio: joined("ratio") };
}

/** Figures that stand nowhere: neither in the document nor, of sizes for ten thousand connections, in the traced table of sizing. */
function strangers(figures: readonly Figure[], page: string, results: Results): Figure[] {
  const sizing = textOf(page.match(/<section id="sizing">[\s\S]*?<\/section>/)?.[0] ?? "");
  const bands = textOf(page.match(/<section id="overview">[\s\S]*?<\/section>/)?.[0] ?? "");
  return figures.filter((figure) => {
    const { number, unit, text } = figure;
    if (/^10,000 connections would take/.test(text) && sizing.includes(`${number} ${unit}`)) return false;
    if (/^A\/A:/.test(text) && bands.includes(`band ${number} %`)) return false;
    const kind = KINDS[unit] ?? "ratio";
    return !candidatesOf(results, figure)[kind].some((value) => writtenLike(number, unit, value) === number);
  });
}

const documents: [string, () => Results, number][] = [
  ["a real run of one block", () => real, 150],
  ["two blocks", () => documentOf(2), 50],
  ["five blocks, with verdicts", () => documentOf(5), 50],
  ["ten blocks", () => documentOf(10), 100],
];

for (const [what, make, least] of documents)
  test(`figures in sentences picked at random stand in the results: ${what}`, {
    tags: what === "five blocks, with verdicts" ? [] : ["full"],
  }, () => {
    const results = make();
    const page = pageOf(results);
    const figures = proseOf(page, results);
    expect(figures.length).toBeGreaterThan(least);
    expect(strangers(picked(figures, createRandom(least)), page, results)).toEqual([]);
  });

test("figures in sentences of other results are found out", () => {
  const results = documentOf(5);
  const page = pageOf(results);
  const figures = proseOf(page, results).filter(({ unit }) => unit !== "x");
  const trials = results.trials.map((one) => ({ ...one, metrics: metricsOf(7.77 + one.block / 3, 30_000) }));
  const found = strangers(figures, page, { ...results, trials, anatomies: [] } as Results);
  expect(found.length).toBeGreaterThan(0.7 * figures.length);
});
