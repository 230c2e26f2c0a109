import type { MetricKey } from "../metrics/catalogue.ts";
import type { Marker } from "../model/looks.ts";
import { roundQuantity } from "../prose/format.ts";
import type { Html } from "./html.ts";

/**
 * A Chart.js configuration as plain data, for the page's script to draw. What can't be data is told in words of our own: an axis'
 * `marks`, `spans`, and of a dataset what belongs to its tooltips and its place in the legend.
 */
export interface ChartSpec {
  readonly type: "line" | "bar";
  readonly data: { readonly labels?: readonly string[]; readonly datasets: readonly Dataset[] };
  readonly options: {
    readonly scales: Readonly<Record<"x" | "y", Axis>>;
    readonly plugins: {
      readonly legend: {
        readonly display: boolean;
        readonly labels?: Readonly<Record<string, number | true>>;
      };
    };
    readonly indexAxis?: "y";
    readonly interaction?: { readonly mode: "nearest"; readonly intersect: false };
  };
  /** Intervals of the x axis that are marked, with what happened in them. */
  readonly spans?: readonly Span[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly source: PointSource;
}

/** Where points are from, in the terms that data-path, data-trials and data-rule have in tables; a list has one entry a point. */
export interface PointSource {
  readonly path: string | readonly string[];
  readonly trials?: string | readonly string[];
  readonly rule: string | readonly string[];
}

export interface Axis {
  readonly type: "linear" | "logarithmic" | "category";
  readonly title?: { readonly display: true; readonly text: string };
  readonly min?: number;
  readonly max?: number;
  readonly stacked?: boolean;
  readonly reverse?: boolean;
  readonly marks?: readonly Mark[];
}

export type Mark = readonly [value: number, label: string];

/** Text that a tooltip or the legend shows of a dataset, beside what Chart.js knows. */
export interface DatasetWords {
  /** A tooltip for each point; without, the script writes the point's own time and latency. */
  readonly texts?: readonly string[];
  /** Of single trials: the block of each point. */
  readonly blocks?: readonly number[];
  /** Which latency a line in time shows; without, the median. */
  readonly note?: string;
  /** Goes with the line of the same label and has no entry of its own in the legend. */
  readonly band?: boolean;
  /** In the theme's own colour of text. */
  readonly dots?: boolean;
}

export interface Dataset extends DatasetWords {
  readonly label: string;
  readonly data: readonly (
    | number
    | { readonly x: number; readonly y: number | string }
    | readonly [number, number]
  )[];
  /** For a reader who follows a point to results.json; the script draws without it. */
  readonly source: PointSource;
  readonly type?: "scatter";
  readonly backgroundColor?: string | readonly string[];
  readonly borderColor?: string | readonly string[];
  readonly borderDash?: readonly number[];
  readonly borderWidth?: number;
  readonly clip?: false;
  readonly fill?: false | "-1";
  readonly maxBarThickness?: number;
  readonly pointBorderWidth?: number;
  readonly pointHitRadius?: number;
  readonly pointRadius?: number | readonly number[];
  readonly pointRotation?: number;
  readonly pointStyle?: PointStyle | readonly PointStyle[];
  readonly showLine?: boolean;
}

type PointStyle = Marker | "line";

export interface Chart {
  readonly title: string;
  /** What a reader should know to read it. */
  readonly caption: string;
  readonly wide: boolean;
  readonly height: number;
  /** What the folded table under it shows. */
  readonly keys: readonly MetricKey[];
  /** Instead of the table of `keys`. */
  readonly table?: Html;
  readonly spec: ChartSpec;
}

/** The name of an axis. */
export function axisTitle(text: string): { display: true; text: string } {
  return { display: true, text };
}

/** A logarithmic axis of whole 1-2-5 steps around the values, and the marks on it. */
export function timeAxis(values: readonly number[]): Required<Pick<Axis, "min" | "max" | "marks">> {
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
