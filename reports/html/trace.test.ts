import { expect, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import type { Results } from "../../harness/result/result.ts";
import { METRIC_KEYS, METRICS } from "../metrics/catalogue.ts";
import { pointerOf } from "../metrics/metric.ts";
import { metricsOf } from "../model/results.test-fixture.ts";
import { lossyDocumentOf, pageOf } from "./documents.test-fixture.ts";
import {
  at,
  attribute,
  intervalOf,
  ofTrial,
  PICKS,
  picked,
  redone,
  type Told,
  textOf,
  valuesOf,
  writtenLike,
} from "./redone.test-fixture.ts";

interface Traced extends Told {
  readonly shown: string;
  /** What stands small under it: "1.80–2.04". */
  readonly under: string;
  readonly suffix: string;
}

/** Every figure of the page's tables with where it says that it is from. */
function tracedIn(page: string): Traced[] {
  return [...page.matchAll(/<table[\s\S]*?<\/table>/g)].flatMap(([table]) => {
    const heads = [
      ...table.matchAll(
        /<th ([^>]*)><a href="#metric-[^"]*">[^<]*<\/a>(?: <span class="unit">([^<]*)<\/span>)?/g,
      ),
    ];
    const ofTable = attribute(table.match(/<table[^>]*>/)?.[0] ?? "", "data-path");
    return [...table.matchAll(/<tr([^>]*)>([\s\S]*?)<\/tr>/g)].flatMap(([, row = "", content = ""]) =>
      [...content.matchAll(/<td([^>]*)>([\s\S]*?)<\/td>/g)].flatMap(
        ([, cell = "", text = ""], index): Traced[] => {
          const path =
            attribute(cell, "data-path") ?? attribute(heads[index]?.[1] ?? "", "data-path") ?? ofTable;
          const [shown = "", unit] = textOf(
            text.replace(/<small[\s\S]*/, "").replace(/<span[\s\S]*/, ""),
          ).split(" ");
          // A dash is no figure.
          if (path === undefined || !/^\d/.test(shown)) return [];
          return [
            {
              shown,
              under: text.match(/<small>([\d.,–]+)<\/small>/)?.[1] ?? "",
              suffix: unit ?? attribute(table, "data-unit") ?? heads[index]?.[2] ?? "",
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

/** The figure and what stands under it, made anew. */
function anew(results: Results, one: Traced): Traced {
  const write = (value: number) => writtenLike(one.shown, one.suffix, value);
  const values = one.rule === "sum" ? [] : valuesOf(results, one.path, one.trials);
  const { low, high } =
    one.rule === "geometric mean"
      ? intervalOf(values)
      : { low: Math.min(...values), high: Math.max(...values) };
  return {
    ...one,
    shown: write(redone(results, one)),
    under: one.under === "" ? "" : `${write(low)}–${write(high)}`,
  };
}

type Agent =
  NonNullable<Results["trials"][number]["metrics"]> extends { agents?: infer Agents }
    ? NonNullable<Agents> extends { each: (infer One)[] }
      ? One
      : never
    : never;

/** All its figures are so many times another's. */
const agentOf = (name: string, times: number): Agent => ({
  name,
  serves: false,
  cores: 2,
  here: false,
  machine: { platform: "linux", kernel: "6", arch: "x64", cpuModel: "x", memoryBytes: 1 },
  clockSync: "none",
  loadProcesses: 1,
  users: 1,
  publishes: 1,
  deliveries: 1,
  lost: 3 * times,
  sendLagP99Us: 70 * times,
  busiest: 0.2 * times,
  cpuPressure: 0.1 * times,
  steal: 0.01 * times,
  otherCpus: 0.3 * times,
  offsetUs: 0,
  boundUs: 0.01 * times,
  driftUs: 0,
  driftPpm: 0,
});

test.each([1, 2, 5])(
  "figures of the page's tables picked at random stand in the results, with %i blocks",
  (blocks) => {
    const results = lossyDocumentOf(blocks);
    const figures = tracedIn(pageOf(results));
    expect(figures.length).toBeGreaterThan(PICKS);
    const picks = picked(figures, createRandom(blocks));
    expect(picks.map((one) => anew(results, one))).toEqual(picks);
    if (blocks > 1) expect(picks.filter(({ under }) => under !== "").length).toBeGreaterThan(50);
  },
);

test("every rule is among the figures, so none goes untested", () => {
  const rules = new Set(
    [1, 2, 5].flatMap((blocks) => tracedIn(pageOf(lossyDocumentOf(blocks))).map(({ rule }) => rule)),
  );
  expect([...rules].sort()).toEqual(["geometric mean", "mean", "median", "sum", "total", "value"]);
});

test("figures of other results are found out", () => {
  const results = lossyDocumentOf(5);
  const other = {
    ...results,
    trials: results.trials.map((one) => ({ ...one, metrics: one.metrics && metricsOf(9) })),
  };
  const picks = picked(tracedIn(pageOf(results)), createRandom(7)).filter(
    ({ path }) => path === "deliveryLatencyUs/p50",
  );
  expect(picks.length).toBeGreaterThan(3);
  for (const one of picks) expect(anew(other, one).shown).not.toBe(one.shown);
});

test("no number in a table is without its place, but for ranks, counts and the parts of an address", () => {
  const page = pageOf(lossyDocumentOf(5));
  const tables = [...page.matchAll(/<table class="(?:figures|matrix)"[\s\S]*?<\/table>/g)].map(
    ([one]) => one,
  );
  const bare = tables.flatMap((table) =>
    [...table.matchAll(/<td([^>]*)>([\s\S]*?)<\/td>/g)].flatMap(([, cell = "", text = ""]) => {
      const own = /data-path/.test(cell + (table.match(/<(?:table|th|tr)[^>]*data-path[^>]*>/)?.[0] ?? ""));
      return own || !/\d/.test(textOf(text)) ? [] : [textOf(text)];
    }),
  );
  expect(bare).toEqual([]);
});

test("sizing is worked out from inputs that stand in the results", () => {
  const results = lossyDocumentOf(5);
  const table = pageOf(results).match(/<table class="sizing">[\s\S]*?<\/table>/)?.[0] ?? "";
  const heads = [...table.matchAll(/<th scope="col">([^<]*)<\/th>/g)].map(([, head = ""]) => head);
  const rows = [...table.matchAll(/<tr><th scope="row">[\s\S]*?<\/tr>/g)].map(([row]) => row);
  const formulas: Readonly<Record<string, (...inputs: number[]) => number>> = {
    "connections per GiB": (slope = 0) => 1024 ** 3 / slope,
    "memory at 10,000 connections": (rss = 0, connections = 0, slope = 0) =>
      rss + (10_000 - connections) * slope,
    "CPU-seconds per million deliveries": (user = 0, system = 0) => user + system,
    "cores at 100,000 deliveries a second": (user = 0, system = 0) => (user + system) / 10,
    "bytes per connection-day, idle": (received = 0, sent = 0) => 24 * (received + sent),
  };
  let checked = 0;
  for (const row of rows)
    for (const [column, [, cell = ""]] of [...row.matchAll(/<td>([\s\S]*?)<\/td>/g)].entries()) {
      const [shown = "", suffix = ""] = textOf(cell.replace(/<(?:small|em)[\s\S]*/, "")).split(" ");
      const inputs = [...cell.matchAll(/<span( data-path[^>]*)>([^<]*)<\/span>/g)].map(
        ([, tag = "", text = ""]) => {
          const provenance = {
            path: attribute(tag, "data-path") ?? "",
            trials: attribute(tag, "data-trials") ?? "",
            rule: attribute(tag, "data-rule") ?? "",
          };
          const value = redone(results, provenance);
          const [number = "", unit = ""] = text.split(" ");
          expect(writtenLike(number, unit, value)).toBe(number);
          return value;
        },
      );
      const formula = formulas[heads[column + 1] ?? ""];
      if (shown === "–") continue;
      expect(writtenLike(shown, suffix, formula?.(...inputs) ?? Number.NaN)).toBe(shown);
      checked += 1;
    }
  expect(checked).toBe(4 * 4 + 1);
});

test.each(METRIC_KEYS)("the source of %s leads to what the metric reads", (key) => {
  const results = lossyDocumentOf(1);
  const { metrics } = results.trials[0] ?? {};
  if (!metrics) throw new Error("the fixture has no metrics");
  const idle = {
    ...metrics,
    warmup: { ...metrics.warmup, firstCpuUsPerDelivery: 321 },
    tcpBytesPerConnectionHour: 240,
    readyLatencyUs: metrics.deliveryLatencyUs,
    cluster: {
      nodes: [],
      backplaneCpuUsPerDelivery: 11,
      backplaneCommandsPerPublish: 22,
      backplaneBytesInPerPublish: 33,
      backplaneBytesOutPerPublish: 44,
      sameNodeP50Us: 300,
      sameNodeP99Us: 900,
      otherNodeP50Us: 400,
      otherNodeP99Us: 1_200,
      balancerCpuUsPerDelivery: 55,
    },
    agents: {
      each: [agentOf("a", 1), agentOf("b", 2)],
      server: { on: "the controller", host: "127.0.0.1" },
      latencyBoundUs: 0.03,
      sameAgentP50Us: 310,
      sameAgentP99Us: 910,
      otherAgentP50Us: 410,
      otherAgentP99Us: 1_210,
      negative: 0,
      natsMessages: 0,
    },
    ...(metrics.deliveryLatencyUs && {
      browser: {
        connections: 2,
        publishes: 100,
        delivered: 199,
        lost: 1,
        nodeLost: 0,
        deliveryLatencyUs: { ...metrics.deliveryLatencyUs, p50: 5_000, p90: 6_000 },
        nodeDeliveryLatencyUs: { ...metrics.deliveryLatencyUs, p50: 3_000, p90: 4_000 },
        clockBoundUs: 90,
      },
    }),
  };
  const document = { ...results, trials: [{ ...results.trials[0], metrics: idle }] } as Results;
  expect(ofTrial(document, "0", pointerOf(METRICS[key]))).toBe(METRICS[key].read(idle));
});

/** A time line of so many seconds in every trial, with a different figure in each. */
function longDocument(seconds: number): Results {
  const results = lossyDocumentOf(1);
  const trials = results.trials.map((one, place) => ({
    ...one,
    metrics: one.metrics && {
      ...one.metrics,
      timeline: Array.from({ length: seconds }, (_, second) => ({
        ...one.metrics?.timeline[0],
        fromSeconds: second,
        deliveryP50Us: 1_000 + place * 500 + ((second * 7) % 90) * 10,
        deliveryMaxUs: 3_000 + place * 500 + ((second * 11) % 90) * 10,
      })),
    },
  }));
  return { ...results, trials } as Results;
}

test.each([3, 120, 500])(
  "the time line's table points at the intervals it shows, of %i seconds",
  (seconds) => {
    const results = longDocument(seconds);
    const table =
      pageOf(results).match(
        /<table class="figures">\s*<thead><tr><th scope="col" class="n">from second[\s\S]*?<\/table>/,
      )?.[0] ?? "";
    const places = [...table.matchAll(/<th [^>]*data-trials="(\d+)"/g)].map(([, place]) => Number(place));
    const rows = [...table.matchAll(/<tr data-path="timeline\/(\d+)(?:-(\d+))?">([\s\S]*?)<\/tr>/g)];
    expect([places.length, rows.length]).toEqual([4, seconds === 500 ? 100 : seconds]);
    for (const [, from, to = from, row = ""] of rows)
      for (const [column, [, text = ""]] of [...row.matchAll(/<td>([^<]*)<\/td>/g)].entries()) {
        const highest = (key: string) =>
          Math.max(
            ...Array.from({ length: Number(to) - Number(from) + 1 }, (_, step) => {
              const place = `/trials/${places[column]}/metrics/timeline/${Number(from) + step}/${key}`;
              return at(results, place)[0]?.value ?? Number.NaN;
            }),
          );
        const shown = text.split(" · ");
        expect(shown).toEqual([
          writtenLike(shown[0] ?? "", "ms", highest("deliveryP50Us")),
          writtenLike(shown[1] ?? "", "ms", highest("deliveryMaxUs")),
        ]);
      }
  },
);
