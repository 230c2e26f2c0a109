import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { expect, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import type { Results } from "../../harness/result/result.ts";
import { breakdownOf } from "../model/results.test-fixture.ts";
import { onceEach, pageOf, real } from "./documents.test-fixture.ts";
import { at, byRule, everythingAt, picked, redone, sizeOf, valuesOf } from "./redone.test-fixture.ts";

type OneOrMany = string | readonly string[];

interface Spec {
  readonly data: {
    readonly datasets: readonly {
      readonly label: string;
      readonly data: readonly (
        | number
        | readonly [number, number]
        | { readonly x: number; readonly y: unknown }
      )[];
      readonly source: { readonly path: OneOrMany; readonly trials?: OneOrMany; readonly rule: OneOrMany };
    }[];
  };
  readonly options: { readonly scales: { readonly x: { readonly title?: { readonly text: string } } } };
  readonly spans?: readonly {
    readonly from: number;
    readonly to: number;
    readonly source: { readonly path: string; readonly trials: string };
  }[];
}

/** The same as if it had run more blocks, for longer: latencies, CPU and memory differ, and there are publishes for every percentile. */
const severalBlocks = onceEach((blocks) => {
  const trials = Array.from({ length: blocks }, (_, block) =>
    real.trials.map((trial, place) => {
      const factor = 1 + ((block * 5 + place) % 7) / 20;
      const { metrics } = trial;
      if (!metrics) return { ...trial, block };
      const { deliveryLatencyUs: latency, serverCpuUserUsPerDelivery: user } = metrics;
      const longer = latency && {
        ...latency,
        publishes: 30_000,
        p50: latency.p50 * factor,
        p90: latency.p90 * factor,
        p99: latency.p99 * factor,
      };
      return {
        ...trial,
        block,
        metrics: {
          ...metrics,
          ...(longer && { deliveryLatencyUs: longer }),
          ...(user !== undefined && { serverCpuUserUsPerDelivery: user * factor }),
          serverRssBytes: Math.round((metrics.serverRssBytes ?? 0) * factor),
        },
      };
    }),
  ).flat();
  const anatomies = [breakdownOf("sse", 400), breakdownOf("grpc", 40)];
  return { ...real, blocks, trials, anatomies } as Results;
});

function specsOf(results: Results): Spec[] {
  const page = pageOf(results);
  return JSON.parse(page.match(/<script type="application\/json" id="charts">(.*)<\/script>/)?.[1] ?? "");
}

const entry = (of: OneOrMany | undefined, index: number): string =>
  (typeof of === "string" ? of : of?.[index]) ?? "";

interface Point {
  readonly value: number;
  readonly path: string;
  readonly trials: string;
  readonly rule: string;
}

/** Where a point lies; of a bar its length. */
function placeOf(
  point: Spec["data"]["datasets"][number]["data"][number] | undefined,
): readonly [number, number] {
  if (typeof point === "number" || point === undefined) return [Number(point), Number.NaN];
  return "x" in point ? [point.x, Number(point.y)] : point;
}

/** Every point of every picture but the time lines, in the unit of the results. */
function pointsOf(specs: readonly Spec[]): Point[] {
  return specs.flatMap(({ data: { datasets }, options }) => {
    const title = options.scales.x.title?.text ?? "";
    const size = sizeOf(title) || 1;
    return datasets.flatMap(({ data, source: { path, trials, rule } }) =>
      data.flatMap((point, index): Point[] => {
        const one = { path: entry(path, index), trials: entry(trials, index), rule: entry(rule, index) };
        if (one.path.startsWith("timeline/") || one.rule === "none") return [];
        // Percentiles grow along x and have their latency on y; in the other pictures x is the value.
        const [x, y] = placeOf(point);
        return [{ ...one, value: (title === "percentile of deliveries" ? y : x) * size }];
      }),
    );
  });
}

/** A percentile between those of the tables is read from the trials' own histograms. */
function anew(results: Results, point: Point): number {
  const [, quantile] = /^deliveryLatencyUs\/histogram@([\d.]+)$/.exec(point.path) ?? [];
  if (quantile === undefined) return redone(results, point);
  const values = point.trials.split(",").map((trial) => {
    const [found] = everythingAt(results, `/trials/${trial}/metrics/deliveryLatencyUs/histogram`);
    return decodeFromCompressedBase64(String(found?.value)).getValueAtPercentile(100 * Number(quantile));
  });
  return byRule(values, point.rule);
}

test.each([1, 2, 4])("points of pictures picked at random stand in the results, with %i blocks", (blocks) => {
  const results = blocks === 1 ? real : severalBlocks(blocks);
  const points = pointsOf(specsOf(results));
  expect(points.length).toBeGreaterThan(200);
  for (const point of picked(points, createRandom(blocks))) {
    const value = anew(results, point);
    // Pictures carry five digits, histograms three.
    const digits = point.path.includes("histogram") ? 1e-3 : 1e-4;
    expect(Math.abs(point.value - value), JSON.stringify(point)).toBeLessThanOrEqual(digits * value);
  }
});

test("every rule and both kinds of places are among the points", () => {
  const points = [1, 2, 4].flatMap((blocks) =>
    pointsOf(specsOf(blocks === 1 ? real : severalBlocks(blocks))),
  );
  expect([...new Set(points.map(({ rule }) => rule))].sort()).toEqual([
    "geometric mean",
    "high of the interval",
    "high of the merged interval",
    "highest",
    "low of the interval",
    "low of the merged interval",
    "lowest",
    "median",
    "merged histograms",
    "sum",
    "value",
  ]);
  expect(points.some(({ path }) => path.includes("histogram@"))).toBe(true);
  expect(points.some(({ path }) => path.startsWith("/anatomies/"))).toBe(true);
});

test("points of other results are found out", () => {
  const points = pointsOf(specsOf(real)).filter(({ path }) => path === "deliveryLatencyUs/p50");
  expect(points.length).toBeGreaterThan(10);
  const other = severalBlocks(4);
  const later = points.map((point) => ({
    ...point,
    trials: String(Number(point.trials) + 3 * real.trials.length),
  }));
  const wrong = later.filter((point) => Math.abs(point.value - anew(other, point)) > 1e-4 * point.value);
  expect(wrong.length).toBeGreaterThan(points.length / 2);
});

test("every line in time is that of its trial, from the first interval to the last", () => {
  const lines = specsOf(real).flatMap(({ data: { datasets } }) =>
    datasets.filter(({ source: { path } }) => entry(path, 0).startsWith("timeline/")),
  );
  expect(lines.length).toBeGreaterThan(20);
  for (const { data, source } of lines) {
    expect(source.rule).toBe("each");
    const under = `/trials/${entry(source.trials, 0)}/metrics`;
    const key = entry(source.path, 0).split("/").at(-1) ?? "";
    const intervals = everythingAt(real, `${under}/timeline/*`).map(
      ({ value }) => value as Record<string, number>,
    );
    const shown = intervals.filter((one) => (one.deliveryP50Us ?? 0) > 0 && (one[key] ?? 0) > 0);
    expect(data.map((point) => placeOf(point)[0])).toEqual(
      shown.map(({ fromSeconds = Number.NaN }) => Number(fromSeconds.toPrecision(5))),
    );
    for (const [index, one] of shown.entries())
      expect(Math.abs(placeOf(data[index])[1] / (one[key] ?? 0) - 1)).toBeLessThan(1e-4);
  }
});

test("marked intervals are the faults of the trials they name", () => {
  const spans = specsOf(real).flatMap((one) => one.spans ?? []);
  expect(spans.length).toBeGreaterThan(0);
  for (const { from, to, source } of spans) {
    const read = (key: string) => valuesOf(real, `${source.path}/${key}`, source.trials);
    const [begins, lengths] = [read("fromSeconds"), read("seconds")];
    expect(from).toBeCloseTo(Math.min(...begins), 3);
    expect(to).toBeCloseTo(Math.max(...begins.map((begin, index) => begin + (lengths[index] ?? 0))), 3);
    expect(at(real, `/trials/${source.trials.split(",")[0]}/metrics/${source.path}/seconds`).length).toBe(1);
  }
});
