import { expect, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import type { Results } from "../../harness/result.ts";
import type { MetricKey } from "../metrics.ts";
import { METRICS } from "../metrics.ts";
import { anatomyOf, metricsOf, resultsOf, unwell } from "../results.test-fixture.ts";
import { renderHtml } from "./page.ts";
import { SOURCES } from "./source.ts";

const PICKS = 300;
const SIZES: Readonly<Record<string, number>> = {
  "": 1,
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

interface Traced {
  readonly shown: string;
  readonly suffix: string;
  readonly path: string;
  readonly trials: string;
  readonly rule: string;
}

const attribute = (markup: string, name: string) => markup.match(new RegExp(` ${name}="([^"]*)"`))?.[1];

/** Every figure of the page's tables with where it says that it is from. */
function tracedIn(page: string): Traced[] {
  return [...page.matchAll(/<table[\s\S]*?<\/table>/g)].flatMap(([table]) => {
    const heads = [
      ...table.matchAll(
        /<th [^>]*><a href="#metric-[^"]*">[^<]*<\/a>(?: <span class="unit">([^<]*)<\/span>)?/g,
      ),
    ];
    return [...table.matchAll(/<tr([^>]*)>([\s\S]*?)<\/tr>/g)].flatMap(([, row = "", content = ""]) =>
      [...content.matchAll(/<td([^>]*)>([\s\S]*?)<\/td>/g)].flatMap(
        ([, cell = "", text = ""], index): Traced[] => {
          const path = attribute(cell, "data-path");
          if (path === undefined) return [];
          const plain = text
            .replace(/<small[\s\S]*/, "")
            .replace(/<span[\s\S]*/, "")
            .replace(/<[^>]*>/g, "")
            .trim();
          const [shown = "", unit] = plain.split(" ");
          return [
            {
              shown,
              suffix: unit ?? attribute(table, "data-unit") ?? heads[index]?.[1] ?? "",
              path,
              trials: attribute(cell, "data-trials") ?? attribute(row, "data-trials") ?? "",
              rule: attribute(cell, "data-rule") ?? attribute(row, "data-rule") ?? "",
            },
          ];
        },
      ),
    );
  });
}

/** Every number that a JSON pointer leads to; `*` is each entry of a list. */
function at(document: unknown, pointer: string): { readonly value: number; readonly parents: unknown[] }[] {
  let found: { value: unknown; parents: unknown[] }[] = [{ value: document, parents: [] }];
  for (const part of pointer.split("/").slice(1))
    found = found.flatMap(({ value, parents }) => {
      if (typeof value !== "object" || value === null) return [];
      const next =
        part === "*" ? Object.values(value) : [Object.entries(value).find(([key]) => key === part)?.[1]];
      return next.map((one) => ({ value: one, parents: [...parents, value, one] }));
    });
  return found.map(({ value, parents }) => {
    if (typeof value !== "number") throw new Error(`nothing at ${pointer}`);
    return { value, parents };
  });
}

const byRole = (role: string) => (one: { readonly parents: unknown[] }) =>
  one.parents.some(
    (parent) => typeof parent === "object" && parent !== null && "role" in parent && parent.role === role,
  );

/** One trial's value, by the rule that the source states. */
function ofTrial(results: Results, trial: string, path: string): number {
  const paths = path.split(" ").map((one) => at(results, `/trials/${trial}/metrics/${one}`));
  const { join } = Object.values(SOURCES).find((source) => source.paths.join(" ") === path) ?? {};
  const [first = [], second = []] = paths;
  if (join === "quotient") return (first[0]?.value ?? Number.NaN) / (second[0]?.value ?? Number.NaN);
  if (join === "maximum of the load processes")
    return Math.max(...first.filter(byRole("load")).map(({ value }) => value));
  if (join === "the server process") return first.find(byRole("server"))?.value ?? Number.NaN;
  return first[0]?.value ?? Number.NaN;
}

/** The figure made anew from the document alone, by the rule that the page states. */
function redone(results: Results, { path, trials, rule }: Traced): number {
  if (rule === "sum")
    return path.split(" ").reduce((sum, pointer) => sum + (at(results, pointer)[0]?.value ?? Number.NaN), 0);
  const values = trials.split(",").map((trial) => ofTrial(results, trial, path));
  if (rule === "value") return values[0] ?? Number.NaN;
  if (rule === "total") return values.reduce((sum, one) => sum + one, 0);
  if (rule === "geometric mean")
    return Math.exp(values.reduce((sum, one) => sum + Math.log(one), 0) / values.length);
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  if (rule === "median") return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  throw new Error(`no such rule: ${rule}`);
}

/** Written with the unit and decimals of the page. */
function writtenLike({ shown, suffix }: Traced, value: number): string {
  const decimals = shown.split(".")[1]?.length ?? 0;
  return (value / (SIZES[suffix] ?? Number.NaN)).toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

function picked<T>(all: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  return Array.from({ length: PICKS }, () => all[Math.floor(random() * all.length)]).filter(
    (one) => one !== undefined,
  );
}

const pageOf = (results: Results) => renderHtml(results, { chartJs: "/* charts */" });

function documentOf(blocks: number): Results {
  const results = resultsOf({
    transports: ["websocket", "sse", "grpc", "mqtt"],
    scenarios: ["notify", "fan-out"],
    blocks,
    publishes: 30_000,
    trial: (trial) => {
      if (trial.transport === "mqtt" && trial.block === 1) return unwell(trial, "invalid", "send lag");
      const factor = 1 + trial.block / 7 + (trial.transport === "grpc" ? 1 : 0);
      const lost = trial.block + 1;
      return { ...trial, metrics: { ...metricsOf(factor, 30_000), lost } };
    },
  });
  return { ...results, anatomies: [anatomyOf("grpc", 40), anatomyOf("sse", 400)] };
}

test.each([1, 2, 5])(
  "figures of the page picked at random stand in the results, with %i blocks",
  (blocks) => {
    const results = documentOf(blocks);
    const figures = tracedIn(pageOf(results));
    expect(figures.length).toBeGreaterThan(PICKS);
    const picks = picked(figures, blocks);
    expect(picks.map((one) => ({ ...one, shown: writtenLike(one, redone(results, one)) }))).toEqual(picks);
  },
);

test("every rule is among the figures, so none goes untested", () => {
  const rules = new Set(
    [1, 2, 5].flatMap((blocks) => tracedIn(pageOf(documentOf(blocks))).map(({ rule }) => rule)),
  );
  expect([...rules].sort()).toEqual(["geometric mean", "median", "sum", "total", "value"]);
});

test("figures of other results are found out", () => {
  const results = documentOf(5);
  const other = {
    ...results,
    trials: results.trials.map((one) => ({ ...one, metrics: one.metrics && metricsOf(9) })),
  };
  const picks = picked(tracedIn(pageOf(results)), 7).filter(({ path }) => path === "deliveryLatencyUs/p50");
  expect(picks.length).toBeGreaterThan(3);
  for (const one of picks) expect(writtenLike(one, redone(other, one))).not.toBe(one.shown);
});

test.each(Object.keys(METRICS) as MetricKey[])("the source of %s leads to what the metric reads", (key) => {
  const results = documentOf(1);
  const { metrics } = results.trials[0] ?? {};
  if (!metrics) throw new Error("the fixture has no metrics");
  const idle = { ...metrics, tcpBytesPerConnectionHour: 240, readyLatencyUs: metrics.deliveryLatencyUs };
  const document = { ...results, trials: [{ ...results.trials[0], metrics: idle }] } as Results;
  expect(ofTrial(document, "0", SOURCES[key].paths.join(" "))).toBe(METRICS[key].read(idle));
});

test("the time line's table points at the stretches it shows", () => {
  const results = documentOf(1);
  const table =
    pageOf(results).match(
      /<table class="figures">\s*<thead><tr><th scope="col" class="n">from second[\s\S]*?<\/table>/,
    )?.[0] ?? "";
  const places = [...table.matchAll(/<th [^>]*data-trials="(\d+)"/g)].map(([, place]) => Number(place));
  const rows = [...table.matchAll(/<tr data-path="timeline\/(\d+)">([\s\S]*?)<\/tr>/g)];
  expect([places.length, rows.length]).toEqual([4, 3]);
  for (const [, index, row = ""] of rows)
    for (const [column, [, text = ""]] of [...row.matchAll(/<td>([^<]*)<\/td>/g)].entries()) {
      const stretch = results.trials[places[column] ?? -1]?.metrics?.timeline[Number(index)];
      const shown = text.split(" · ").map((one) => Number(one.replaceAll(",", "")));
      expect(shown[0]).toBeCloseTo((stretch?.deliveryP50Us ?? 0) / 1e3, 1);
      expect(shown[1]).toBeCloseTo((stretch?.deliveryP99Us ?? 0) / 1e3, 1);
    }
});
