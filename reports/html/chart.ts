import type { MetricKey } from "../metrics.ts";

/** A Chart.js configuration as plain data, with what can't be data written out: the axis marks and the tooltips. */
interface ChartSpec {
  readonly type: "line" | "bar";
  readonly data: { readonly labels?: readonly string[]; readonly datasets: readonly Dataset[] };
  readonly options: { readonly scales: Readonly<Record<"x" | "y", Axis>> } & Readonly<
    Record<string, unknown>
  >;
}

export interface Axis {
  readonly type: "linear" | "logarithmic" | "category";
  readonly title?: { readonly display: true; readonly text: string };
  readonly min?: number;
  readonly max?: number;
  readonly stacked?: boolean;
  readonly marks?: readonly Mark[];
}

export type Mark = readonly [value: number, label: string];

export interface Dataset {
  readonly label: string;
  readonly data: readonly (number | { readonly x: number; readonly y: number | string })[];
  /** A tooltip for each point. */
  readonly texts: readonly string[];
  readonly [option: string]: unknown;
}

export interface Chart {
  readonly title: string;
  /** What a reader should know to read it. */
  readonly caption: string;
  readonly wide: boolean;
  readonly height: number;
  /** What the folded table under it shows. */
  readonly keys: readonly MetricKey[];
  readonly spec: ChartSpec;
}

/** The name of an axis. */
export function axisTitle(text: string): { display: true; text: string } {
  return { display: true, text };
}
