import { type Cell, type Observed, observed, spreadOf } from "../cell.ts";
import { ranged, roundQuantity } from "../format.ts";
import { METRICS, type MetricKey } from "../metrics.ts";
import { type Look, lookOf } from "../wires.ts";
import { type Axis, axisTitle, type Chart, type Dataset, type Mark } from "./chart.ts";

const LATENCIES: readonly MetricKey[] = ["deliveryP50", "deliveryP90", "deliveryP99", "deliveryP999"];

/** How each wire's latency grows towards its worst deliveries, on axes where a queue and a pause look different. */
export function percentileChart(cells: readonly Cell[]): Chart {
  const shown = cells.map((cell) => cell.transport);
  const lines = cells.map((cell) => ({ cell, look: lookOf(cell.transport, shown), points: pointsOf(cell) }));
  const all = lines.flatMap(({ points }) => points.flatMap(({ figure }) => [figure.min, figure.max]));
  const datasets = lines
    .filter(({ points }) => points.length > 0)
    .flatMap(({ cell, look, points }) => [
      line(cell.transport, look, points),
      edge(cell.transport, look, points, "max", false),
      edge(cell.transport, look, points, "min", "-1"),
    ]);
  const several = cells.some((cell) => cell.blockNumbers.length > 1);
  const marks = LATENCIES.map((key): Mark => [METRICS[key].quantile?.oneIn ?? 1, METRICS[key].label]);
  return {
    title: "Delivery latency by percentile",
    caption: `${several ? `Line: ${spreadOf(cells) === "interval" ? "geometric mean" : "median"} over blocks; band: lowest to highest block` : "One block"}. Both axes are logarithmic; a percentile with too few publishes beyond it is not drawn.`,
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
            max: 1_100,
            marks,
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
  readonly figure: Observed;
  readonly label: string;
}

function pointsOf(cell: Cell): Point[] {
  return LATENCIES.flatMap((key) => {
    const figure = observed(cell, key);
    const { quantile, label } = METRICS[key];
    // A logarithmic axis has no place for zero.
    return figure && quantile && figure.min > 0 ? [{ x: quantile.oneIn, figure, label }] : [];
  });
}

function line(label: string, { color, marker, hollow, dash }: Look, points: readonly Point[]): Dataset {
  return {
    label,
    data: points.map(({ x, figure }) => ({ x, y: figure.value })),
    texts: points.map((point) => `${label}, ${point.label}: ${ranged("micros", point.figure)}`),
    borderColor: color,
    borderDash: dash,
    borderWidth: 2,
    backgroundColor: hollow ? "transparent" : color,
    pointStyle: marker,
    pointRadius: 6,
    pointBorderWidth: 2,
    clip: false,
  };
}

/** One side of a wire's band; it belongs to the wire's line and has no entry of its own. */
function edge(
  label: string,
  { color }: Look,
  points: readonly Point[],
  side: "min" | "max",
  fill: false | "-1",
): Dataset {
  return {
    label,
    data: points.map(({ x, figure }) => ({ x, y: figure[side] })),
    texts: [],
    band: true,
    fill,
    backgroundColor: `${color}26`,
    borderWidth: 0,
    pointRadius: 0,
    pointHitRadius: 0,
  };
}

/** A logarithmic axis of whole 1-2-5 steps around the values, and the marks on it. */
function timeAxis(values: readonly number[]): Pick<Axis, "min" | "max" | "marks"> {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const steps = Array.from({ length: 20 }, (_, exponent) =>
    [1, 2, 5].map((digit) => digit * 10 ** exponent),
  ).flat();
  const min = steps.findLast((step) => step <= lowest) ?? lowest;
  const max = steps.find((step) => step >= highest && step > min) ?? highest;
  const inside = steps.filter((step) => step >= min && step <= max);
  const kept = inside.length > 12 ? inside.filter((step) => /^1/.test(step.toExponential())) : inside;
  return { min, max, marks: kept.map((step) => [step, roundQuantity("micros", step)]) };
}
