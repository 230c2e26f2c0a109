import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, type Figure, type Spread, shownNumbers, spreadOf } from "../model/cell.ts";
import { type Column, columnOf, spreadText } from "../prose/format.ts";
import { counted } from "../prose/text.ts";
import { type Html, html } from "./html.ts";
import { coldMark, stateMark, transportName } from "./marks.ts";
import { traced, tracedColumn, tracedRow } from "./traced.ts";

/** What stands small under a value: its interval or range over blocks, or the figure of every block. */
type Detail = "spread" | "blocks";

/** One row a transport, one column a metric, each column in one unit with the same digits. */
export function metricTable(
  caption: string,
  cells: readonly Cell[],
  keys: readonly MetricKey[],
  detail: Detail,
): Html {
  const columns = keys.map((key) => {
    const extremes = cells.flatMap(({ figures }) => {
      const one = figures[key];
      return one.kind === "observed" ? [one.min, one.value, one.max] : [];
    });
    const values = detail === "blocks" ? extremes : shownNumbers(cells, key);
    return { key, metric: METRICS[key], column: columnOf(METRICS[key].unit, values) };
  });
  const spread = spreadOf(cells);
  const groups = groupsOf(columns.map(({ metric }) => metric.group));
  return html`<p class="caption">${caption}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="figures">
<thead><tr><th scope="col" rowspan="2">transport</th>${groups.map(
    ({ name, span }) => html`<th scope="colgroup" colspan="${span}">${name}</th>`,
  )}</tr>
<tr>${columns.map(({ key, metric, column }) => html`<th scope="col" class="n"${tracedColumn(key)}><a href="#metric-${key}">${metric.label}</a>${unitOf(column)}</th>`)}</tr></thead>
<tbody>${cells.map((cell) => {
    const { shared, attributes } = tracedRow(cell, keys);
    return html`<tr${attributes}><th scope="row">${transportName(cell.transport, cells)}${stateMark(cell)}${coldMark(cell)}</th>${columns.map(
      ({ key, metric, column }) =>
        html`<td${traced(cell, key, shared)}>${figureOf(cell.figures[key], column, metric.combine ? undefined : detail, spread)}</td>`,
    )}</tr>`;
  })}</tbody></table></div>`;
}

function figureOf(figure: Figure, column: Column, detail: Detail | undefined, spread: Spread): Html {
  if (figure.kind === "absent") return html`<span class="none">–</span>`;
  if (figure.kind === "unresolved")
    return html`<span class="none">–</span><small class="why">unresolved</small>`;
  if (figure.kind === "unsupported")
    return html`<span class="none">–</span><small class="why">needs ${counted(figure.needs, "publish", "publishes")}</small>`;
  const blocks = figure.values.map((value) => column.text(value)).join(" · ");
  const text = detail === "spread" ? spreadText(figure, column, spread) : blocks;
  const under = figure.blocks > 1 && detail && text ? html`<small>${text}</small>` : "";
  return html`${column.text(figure.value)}${under}`;
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
