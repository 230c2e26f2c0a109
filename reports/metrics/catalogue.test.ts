import { describe, expect, test } from "vitest";
import { CATALOGUE, METRIC_KEYS, METRICS } from "./catalogue.ts";
import type { Metric } from "./metric.ts";
import { isSingle } from "./paths.ts";
import { schemaNumbers } from "./schema-numbers.test-fixture.ts";
import { UNJUDGED } from "./unjudged.ts";

const PLAN = "the plan says how much it is";

/** Where else in the results numbers stand, and why no rule may judge a transport by them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  seed: PLAN,
  arrivals: PLAN,
  link: PLAN,
  cluster: PLAN,
  blocks: PLAN,
  loadProcesses: PLAN,
  agents: PLAN,
  scenarios: PLAN,
  plans: PLAN,
  environment: "it describes the machine",
  "trials.*.block": "it says which trial it is",
  "trials.*.attempt": "it says which trial it is",
  "trials.*.params": PLAN,
  "trials.*.seed": PLAN,
  launches: PLAN,
  "trials.*.slices": "they are what a launch's figures were made of; those are judged",
  "trials.*.seconds": "it says how long the lab took, its own work included",
  browser: PLAN,
  control: "it is no transport to choose; it shows how far the machine moved between two runs",
  anatomies: "they say what the bytes are for, from a separate pass; the bytes of the trials are judged",
  journeys: "they show one notification, recorded apart from the trials",
  clientCosts:
    "they are the client libraries', measured apart from the trials; what clients and server take together is judged by latency",
};

const OF_TRIALS = "trials.*.metrics.";
const numbers = schemaNumbers().map(({ path }) => path);
const ofTrials = numbers
  .filter((path) => path.startsWith(OF_TRIALS))
  .map((path) => path.slice(OF_TRIALS.length));
const pathsOf = (metrics: readonly Metric[]) => metrics.flatMap(({ paths }): readonly string[] => paths);

describe("every number of the results", () => {
  test.each(ofTrials)("%s of a trial is in the catalogue, or among those that are not judged", (path) => {
    // A number that metrics are made of is no metric itself; one that a trial has once is told in the CSV nevertheless.
    const own = [...CATALOGUE, ...UNJUDGED].filter((one) => one.paths.length === 1 && one.paths[0] === path);
    const parts = pathsOf(CATALOGUE.filter(({ paths }) => paths.length > 1));
    if (isSingle(path)) expect(own).toHaveLength(1);
    else expect(own.length > 0 || parts.includes(path)).toBe(true);
  });

  test.each(numbers.filter((path) => !path.startsWith(OF_TRIALS)))(
    "%s is outside of them, and why",
    (path) => {
      const reasons = Object.keys(ELSEWHERE).filter(
        (place) => path === place || path.startsWith(`${place}.`),
      );
      expect(reasons).toHaveLength(1);
    },
  );
});

test("no entry, and no reason, is of a number that results don't have", () => {
  expect(pathsOf([...CATALOGUE, ...UNJUDGED]).filter((path) => !ofTrials.includes(path))).toEqual([]);
  const used = Object.keys(ELSEWHERE).filter((place) =>
    numbers.some((path) => path === place || path.startsWith(`${place}.`)),
  );
  expect(used).toEqual(Object.keys(ELSEWHERE));
});

test("a metric has a direction, or a reason why it has none", () => {
  for (const { better, unjudged, label } of [...CATALOGUE, ...UNJUDGED])
    expect([label, better === "none"]).toEqual([label, unjudged !== undefined]);
});

/** What the schema's names say of units, as docs/metrics.md promises. */
const UNITS = [
  [/(Us|UsPerDelivery)(\.(min|mean|max|p\d+))?$/, "micros"],
  [/[sS]econds(\.(max|p\d+))?$/, "seconds"],
  [/(B|b)ytes(PerDelivery|InPerDelivery|OutPerDelivery|PerConnection|PerConnectionHour)?$/, "bytes"],
  [/PerSecond$/, "perSecond"],
  [/(Share|tilization|Drift|steal|Pressure)$/, "share"],
] as const;

test("the units are those that the names carry", () => {
  for (const { paths, unit } of [...CATALOGUE, ...UNJUDGED]) {
    const named = UNITS.find(([pattern]) => pattern.test(paths[0]));
    if (paths.length === 1 && named) expect([paths[0], unit]).toEqual([paths[0], named[1]]);
  }
});

test("Prometheus' names are told apart, but for the quantiles of one latency, and end with their base unit", () => {
  const lone = METRIC_KEYS.map((key): Metric => METRICS[key]).filter(({ quantile }) => !quantile);
  const names = lone.map(({ prometheus }) => prometheus);
  expect(new Set(names).size).toBe(names.length);
  const ends = {
    micros: "_seconds",
    seconds: "_seconds",
    bytes: "_bytes",
    share: "_ratio",
    perSecond: "_per_second",
  };
  for (const { unit, prometheus = "" } of METRIC_KEYS.map((key): Metric => METRICS[key]))
    expect(prometheus).toMatch(
      unit === "count" || unit === "processors" ? /^\w+$/ : new RegExp(`${ends[unit]}$`),
    );
});
