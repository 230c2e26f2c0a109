import Table from "cli-table3";
import type { Trial } from "../../harness/result/result.ts";
import { estimateOf } from "../../harness/statistics/estimate.ts";
import type { Crossover, SweepValue } from "../../harness/studies/crossover.ts";
import { metricAt } from "../../reports/metrics/names.ts";
import { quantity } from "../../reports/prose/format.ts";
import { BARE } from "../../reports/terminal/bare-table.ts";

/** One transport at one value of what is varied. */
export interface SweepPoint {
  readonly at: number;
  readonly transport: string;
  readonly states: readonly Trial["state"][];
  /** One value a completed trial. */
  readonly values: readonly number[];
}

/** What a sweep found, as its document has it. */
export interface SweepFindings {
  readonly over: string;
  /** As rules call it. */
  readonly metric: string;
  readonly scenario: string;
  readonly blocks: number;
  readonly points: readonly SweepPoint[];
  readonly lines: readonly { readonly name: string; readonly values: readonly SweepValue[] }[];
  readonly crossovers: readonly Crossover[];
}

/** The point with its interval; none where a trial saturated, since those that got by would flatter the transport. */
export function sweepValues({ at, values, states }: SweepPoint): SweepValue[] {
  if (values.length === 0 || states.includes("saturated")) return [];
  const { value, interval } = estimateOf(values);
  return interval ? [{ at, value, interval }] : [];
}

/** `fewest`: the publishes of the trial that had the fewest, where the metric is a quantile. */
export function renderSweep(findings: SweepFindings, fewest?: number): string {
  const { over, metric, scenario, blocks, points, lines, crossovers } = findings;
  const at = [...new Set(points.map((point) => point.at))];
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 2, head: [], border: [] },
    head: [over, ...lines.map(({ name }) => name)],
    colAligns: ["right", ...lines.map(() => "right" as const)],
  });
  for (const value of at)
    table.push([
      value,
      ...lines.map(({ name }) => {
        const point = points.find((one) => one.at === value && one.transport === name);
        return point ? cellText(point, metric, blocks) : "–";
      }),
    ]);
  const said = crossovers.map(
    ({ between: [from, to], before, after, estimate }) =>
      `${after} goes below ${before} between ${over} ${from} and ${to}, at about ${Number(estimate.toPrecision(2))} (estimate).`,
  );
  return [
    `${scenario}: ${metric} over ${over}, geometric mean and 95 % interval of ${blocks} trials`,
    "",
    table.toString(),
    "",
    ...(said.length > 0
      ? said
      : ["No crossover is resolved: nowhere are the intervals apart on both sides."]),
    ...thinText(metric, fewest),
    "",
  ].join("\n");
}

/** Without an interval, as of zeros or of two trials, the range; where trials are missing, of how many it is. */
function cellText(point: SweepPoint, metric: string, blocks: number): string {
  const { values, states } = point;
  if (values.length === 0 || states.includes("saturated"))
    return states.includes("saturated")
      ? "saturated"
      : (states.find((state) => state !== "completed") ?? "–");
  const { unit } = metricAt(metric);
  const { value, interval } = estimateOf(values);
  const [low, high] = interval ? [interval.low, interval.high] : [Math.min(...values), Math.max(...values)];
  const spread = `${interval ? "" : "range "}${quantity(unit, low)} to ${quantity(unit, high)}`;
  const few = values.length < blocks ? `, ${values.length} of ${blocks}` : "";
  return `${quantity(unit, value)} (${spread}${few})`;
}

/** Reports of a bench would not show such a quantile. */
function thinText(metric: string, fewest: number | undefined): string[] {
  const { support } = metricAt(metric);
  if (!support || fewest === undefined || fewest >= support.needs) return [];
  return [
    `A trial had ${fewest} publishes at the least, and ${metric} wants ${support.needs.toLocaleString("en-US")}: it is a rough figure here. Raise --duration or --rate.`,
  ];
}
