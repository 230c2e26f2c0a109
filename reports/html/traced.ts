import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { pointerOf } from "../metrics/metric.ts";
import { type Cell, type Observed, observed } from "../model/cell.ts";
import type { PointSource } from "./chart.ts";
import { type Html, html } from "./html.ts";

/** How the values of several trials became one figure. */
function ruleOf(key: MetricKey, { blocks, interval, tails }: Observed): string {
  if (blocks === 1) return "value";
  if (tails) return "merged histograms";
  const { combine } = METRICS[key];
  if (combine) return combine;
  return interval ? "geometric mean" : "median";
}

/** What most figures of a table's row share: where their trials stand in results.json, and how their values became one. */
export interface Shared {
  readonly trials: string;
  readonly rule: string;
}

/** The attributes of a row: `data-trials` the places of its trials in the results' list, `data-rule` as below. */
export function tracedRow(
  cell: Cell,
  keys: readonly MetricKey[],
): { readonly shared: Shared; readonly attributes: Html } {
  const rules = keys.flatMap((key) => {
    const figure = cell.figures[key];
    return figure.kind === "observed" ? ruleOf(key, figure) : [];
  });
  const [common = "value"] = [...rules].sort((a, b) => times(rules, b) - times(rules, a));
  const shared = { trials: cell.places.join(","), rule: common };
  return { shared, attributes: html` data-trials="${shared.trials}" data-rule="${shared.rule}"` };
}

/** Where a column, or a table of a single metric, has its figures from: a path below `/trials/N/metrics` (two paths: their quotient). */
export function tracedColumn(key: MetricKey): Html {
  return html` data-path="${pointerOf(METRICS[key])}"`;
}

/**
 * The attributes that say which trials N a figure is from, `data-trials`, and how their values became one, `data-rule`. What the row
 * says already is left out.
 */
export function traced(cell: Cell, key: MetricKey, shared?: Shared): Html | undefined {
  const figure = cell.figures[key];
  if (figure.kind !== "observed") return undefined;
  const trials = trialsOf(cell, figure.at);
  const rule = ruleOf(key, figure);
  return html`${trials === shared?.trials ? "" : html` data-trials="${trials}"`}${
    rule === shared?.rule ? "" : html` data-rule="${rule}"`
  }`;
}

/** The same of a point in a picture, whose dataset has one value a transport or a trial. */
export function pointSource(
  cell: Cell,
  key: MetricKey,
): PointSource & Readonly<Record<"path" | "trials" | "rule", string>> {
  const path = pointerOf(METRICS[key]);
  const figure = observed(cell, key);
  return figure
    ? { path, trials: trialsOf(cell, figure.at), rule: ruleOf(key, figure) }
    : { path, trials: "", rule: "none" };
}

/** For each block that both have a trial of the first transport and one of the second, as `data-pairs` has them: "3/5,10/9". */
export function pairsOf(a: Cell, b: Cell, key: MetricKey): string {
  const [one, other] = [observed(a, key), observed(b, key)];
  const blocks = one?.at.filter((block) => other?.at.includes(block)) ?? [];
  return blocks.map((block) => `${trialsOf(a, [block])}/${trialsOf(b, [block])}`).join(",");
}

/** The places of a cell's trials of these blocks in the results' list. */
export function trialsOf({ places, blockNumbers }: Cell, blocks: readonly number[]): string {
  return blocks.map((block) => places[blockNumbers.indexOf(block)]).join(",");
}

function times<T>(all: readonly T[], one: T): number {
  return all.filter((other) => other === one).length;
}
