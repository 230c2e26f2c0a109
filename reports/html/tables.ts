import { type Column, columnOf } from "../format.ts";
import { METRICS, type MetricKey } from "../metrics.ts";
import type { Cell, Figure } from "../summary.ts";
import { counted } from "../text.ts";
import { type Html, html } from "./html.ts";
import { stateMark, wireName } from "./marks.ts";

/** What stands small under a median: the range over blocks, or the figure of every block. */
type Detail = "range" | "blocks";

/** One row a wire, one column a metric, each column in one unit with the same digits. */
export function metricTable(
  caption: string,
  cells: readonly Cell[],
  keys: readonly MetricKey[],
  detail: Detail,
): Html {
  const columns = keys.map((key) => {
    const figures = cells.map((cell) => cell.figures[key]);
    const values = figures.flatMap((one) => (one.kind === "observed" ? [one.min, one.median, one.max] : []));
    return { key, metric: METRICS[key], column: columnOf(METRICS[key].unit, values) };
  });
  const groups = groupsOf(columns.map(({ metric }) => metric.group));
  return html`<p class="caption">${caption}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col" rowspan="2">wire</th>${groups.map(
    ({ name, span }) => html`<th scope="colgroup" colspan="${span}">${name}</th>`,
  )}</tr>
<tr>${columns.map(({ metric, column }) => html`<th scope="col" class="n">${metric.label}${unitOf(column)}</th>`)}</tr></thead>
<tbody>${cells.map(
    (cell) =>
      html`<tr><th scope="row">${wireName(cell.transport, cells)}${stateMark(cell)}</th>${columns.map(
        ({ key, metric, column }) =>
          html`<td class="n">${figureOf(cell.figures[key], column, metric.total ? undefined : detail)}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

function figureOf(figure: Figure, column: Column, detail: Detail | undefined): Html {
  if (figure.kind === "absent") return html`<span class="none">–</span>`;
  if (figure.kind === "unsupported")
    return html`<span class="none">–</span><small class="why">needs ${counted(figure.needs, "publish", "publishes")}</small>`;
  const under = figure.blocks > 1 && detail ? html`<small>${detailOf(figure, column, detail)}</small>` : "";
  return html`${column.text(figure.median)}${under}`;
}

function detailOf(
  figure: { readonly min: number; readonly max: number; readonly values: readonly number[] },
  column: Column,
  detail: Detail,
): string {
  return detail === "range"
    ? `${column.text(figure.min)}–${column.text(figure.max)}`
    : figure.values.map((value) => column.text(value)).join(" · ");
}

function unitOf({ suffix }: Column): Html | undefined {
  return suffix === "" || suffix === "/s" ? undefined : html` <span class="unit">${suffix}</span>`;
}

function groupsOf(names: readonly string[]): { name: string; span: number }[] {
  const groups: { name: string; span: number }[] = [];
  for (const name of names) {
    const last = groups.at(-1);
    if (last?.name === name) last.span += 1;
    else groups.push({ name, span: 1 });
  }
  return groups;
}
