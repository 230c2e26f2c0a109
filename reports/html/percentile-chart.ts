import { isClaim } from "../../harness/result/clock-claim.ts";
import type { Results } from "../../harness/result/result.ts";
import { estimateOf } from "../../harness/statistics/estimate.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { PUBLISHES_BEYOND } from "../metrics/metric.ts";
import { type Cell, type Observed, observed, replicateAmong, spreadOf } from "../model/cell.ts";
import { quantilesOf } from "../model/histogram.ts";
import { type Look, lookOf } from "../model/looks.ts";
import { ranged } from "../prose/format.ts";
import { replicates } from "../prose/text.ts";
import { axisTitle, type Chart, type Dataset, type Mark, timeAxis } from "./chart.ts";
import { pointSource, trialsOf } from "./traced.ts";

const LATENCIES: readonly MetricKey[] = ["deliveryP50", "deliveryP90", "deliveryP99", "deliveryP999"];
/** Points between the percentiles that tables have, and beyond: one in so many deliveries takes longer. */
const BETWEEN = [4, 20, 40, 200, 400, 2_000, 4_000, 10_000];
const FARTHEST = 10_000;

/** How each transport's latency grows towards its worst deliveries, on axes where a queue and a pause look different. */
export function percentileChart(cells: readonly Cell[], { trials }: Pick<Results, "trials">): Chart {
  const lines = cells.map((cell) => ({
    cell,
    look: lookOf(cell.transport, cells),
    points: pointsOf(cell, trials),
  }));
  const all = lines.flatMap(({ points }) => points.flatMap(({ figure }) => [figure.min, figure.max]));
  const several = cells.some((cell) => cell.blockNumbers.length > 1);
  const replicate = replicateAmong(cells);
  const datasets = lines
    .filter(({ points }) => points.length > 0)
    .flatMap(({ cell, look, points }) => [
      line(cell.transport, look, points),
      ...(several
        ? [edge(cell.transport, look, points, "max", false), edge(cell.transport, look, points, "min", "-1")]
        : []),
    ]);
  const marks = [
    ...LATENCIES.map((key): Mark => [METRICS[key].quantile?.oneIn ?? 1, METRICS[key].label]),
    [FARTHEST, "p99.99"] as const,
  ];
  const farthest = Math.max(100, ...lines.flatMap(({ points }) => points.map(({ x }) => x)));
  return {
    title: "Delivery latency by percentile",
    caption: `${several ? `Line: ${spreadOf(cells) === "interval" ? "geometric mean" : "median"} over ${replicates(replicate)}; band: lowest to highest ${replicate}` : `One ${replicate}`}. Both axes are logarithmic; lines end where fewer than ${PUBLISHES_BEYOND} publishes lie beyond.`,
    wide: true,
    height: 380,
    keys: LATENCIES,
    spec: {
      type: "line",
      data: { datasets },
      options: {
        scales: {
          x: {
            type: "logarithmic",
            title: axisTitle("percentile of deliveries"),
            min: 1.8,
            max: farthest * 1.1,
            marks: marks.filter(([oneIn]) => oneIn <= farthest),
          },
          y: { type: "logarithmic", title: axisTitle("since the publish was due"), ...timeAxis(all) },
        },
        interaction: { mode: "nearest", intersect: false },
        plugins: { legend: { display: true, labels: { usePointStyle: true, boxHeight: 7 } } },
      },
    },
  };
}

interface Point {
  readonly x: number;
  readonly figure: Pick<Observed, "value" | "min" | "max" | "interval" | "blocks">;
  readonly label: string;
  /** One of the percentiles that tables have. */
  readonly main: boolean;
  readonly source: Readonly<Record<"path" | "trials" | "rule", string>>;
}

function pointsOf(cell: Cell, trials: Results["trials"]): Point[] {
  const main = LATENCIES.flatMap((key): Point[] => {
    const figure = observed(cell, key);
    const { quantile, label } = METRICS[key];
    // A logarithmic axis has no place for zero.
    return figure && quantile && figure.min > 0
      ? [{ x: quantile.oneIn, figure, label, main: true, source: pointSource(cell, key) }]
      : [];
  });
  return main.length === 0 ? [] : [...main, ...pointsBetween(cell, trials)].sort((a, b) => a.x - b.x);
}

/** From the trials' histograms, under the same rule for support; each point one value a block, as in tables. */
function pointsBetween(cell: Cell, trials: Results["trials"]): Point[] {
  const { places, state } = cell;
  if (state !== "completed") return [];
  const latencies = places.flatMap((place) => {
    const metrics = trials[place]?.metrics;
    return metrics?.deliveryLatencyUs && isClaim(metrics) ? [metrics.deliveryLatencyUs] : [];
  });
  const publishes = Math.min(...latencies.map((one) => one.publishes));
  const supported = BETWEEN.filter((oneIn) => publishes >= PUBLISHES_BEYOND * oneIn);
  const read = latencies.flatMap((one) => {
    const values = quantilesOf(one, supported);
    return values ? [values] : [];
  });
  if (read.length === 0 || read.length < places.length) return [];
  return supported.flatMap((oneIn, index) => {
    const values = read.flatMap((one) => one[index] ?? []);
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const { kind, ...estimate } = estimateOf(values);
    const figure = { ...estimate, min, max, blocks: values.length };
    const source = {
      path: `deliveryLatencyUs/histogram@${1 - 1 / oneIn}`,
      trials: trialsOf(cell, cell.blockNumbers),
      rule: values.length === 1 ? "value" : kind,
    };
    return min > 0 ? [{ x: oneIn, figure, label: `p${100 - 100 / oneIn}`, main: false, source }] : [];
  });
}

function line(label: string, { color, marker, hollow, dash }: Look, points: readonly Point[]): Dataset {
  return {
    label,
    data: points.map(({ x, figure }) => ({ x, y: figure.value })),
    texts: points.map((point) => `${label}, ${point.label}: ${ranged("micros", point.figure)}`),
    source: sourceOf(points),
    borderColor: color,
    borderDash: dash,
    borderWidth: 2,
    backgroundColor: hollow ? "transparent" : color,
    pointStyle: marker,
    pointRadius: points.map(({ main }) => (main ? 6 : 0)),
    pointBorderWidth: 2,
    clip: false,
  };
}

function sourceOf(points: readonly Point[]): Dataset["source"] {
  // All points of a transport are of the same trials.
  const { trials = "" } = points[0]?.source ?? {};
  return {
    path: points.map(({ source }) => source.path),
    trials,
    rule: points.map(({ source }) => source.rule),
  };
}

/** One side of a transport's band; it belongs to the transport's line and has no entry of its own. */
function edge(
  label: string,
  { color }: Look,
  points: readonly Point[],
  side: "min" | "max",
  fill: false | "-1",
): Dataset {
  return {
    label,
    data: points.map(({ x, figure }) => [x, figure[side]] as const),
    texts: [],
    source: { ...sourceOf(points), rule: side === "min" ? "lowest" : "highest" },
    band: true,
    fill,
    backgroundColor: `${color}26`,
    borderWidth: 0,
    pointRadius: 0,
    pointHitRadius: 0,
  };
}
