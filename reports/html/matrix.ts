import { METRIC_KEYS, METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, observed, replicateAmong, shownNumbers, spreadOf } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { columnOf, quantity, spreadText, times } from "../prose/format.ts";
import { capitalised, counted, listed, replicates } from "../prose/text.ts";
import { equalTo, rankText } from "../prose/verdict-words.ts";
import { type Html, html } from "./html.ts";
import { coldMark, stateMark, transportName } from "./marks.ts";
import { SHADE_ENDS, shadeOf } from "./shades.ts";
import { traced, tracedColumn } from "./traced.ts";

/** What the matrix can show, in the order of the switch. */
export const MATRIX_METRICS = METRIC_KEYS.filter((key) => METRICS[key].tab !== undefined);

const NAMED_REASONS = 1;

/** Every transport in every scenario as a heat map, one table a metric; radio buttons switch them without a script, print shows all. */
export function matrix(summary: readonly ScenarioSummary[], anchors: ReadonlyMap<string, string>): Html {
  const shown = MATRIX_METRICS.filter(
    (key, place) =>
      place === 0 || summary.some(({ cells }) => cells.some((cell) => cell.figures[key].kind !== "absent")),
  );
  const first = Math.max(
    0,
    shown.findIndex((key) =>
      summary.some(({ cells }) => cells.some((cell) => cell.figures[key].kind === "observed")),
    ),
  );
  return html`<section id="overview"><h2>Every transport in every scenario</h2>
<div class="switch">${shown.map(
    (key, place) =>
      html`<input type="radio" name="matrix" id="matrix-${key}"${place === first ? html` checked` : ""}><label for="matrix-${key}">${METRICS[key].tab}</label>`,
  )}
${shown.map((key) => panel(key, summary, anchors))}</div>
${legend(summary)}</section>`;
}

function panel(
  key: MetricKey,
  summary: readonly ScenarioSummary[],
  anchors: ReadonlyMap<string, string>,
): Html {
  const cells = summary[0]?.cells ?? [];
  const blocks = Math.max(0, ...summary.flatMap((one) => one.cells.map((cell) => cell.blockNumbers.length)));
  const many = replicates(replicateAmong(cells));
  const intervals = summary.some((one) => spreadOf(one.cells) === "interval");
  const spread = intervals ? `, 95 % interval over ${many}` : blocks > 1 ? `, range over ${many}` : "";
  const ranked = summary.some((one) => one.verdicts[key].ranks.size > 0);
  const caption = `${capitalised(METRICS[key].name)}${spread}; ratio to the lowest transport of the scenario${ranked ? "; rank" : ""}`;
  return html`<div class="panel" id="panel-${key}"><p class="caption">${caption}. <a href="#metric-${key}">Definition</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="matrix"${tracedColumn(key)}>
<thead><tr><th scope="col">transport</th>${summary.map(
    (one) => html`<th scope="col"><a href="#${anchors.get(one.name) ?? ""}">${one.name}</a></th>`,
  )}</tr></thead>
<tbody>${cells.map(
    ({ transport }, row) =>
      html`<tr><th scope="row">${transportName(transport, cells)}</th>${summary.map((scenario) => {
        const cell = scenario.cells[row];
        return cell ? entry(cell, key, scenario, anchors.get(scenario.name) ?? "") : html`<td></td>`;
      })}</tr>`,
  )}</tbody></table></div></div>`;
}

function entry(cell: Cell, key: MetricKey, scenario: ScenarioSummary, anchor: string): Html {
  const shade = shadeOf(cell, key, scenario);
  const all = cell.problems.map(({ text }) => text);
  const look = shade ? `s${shade.step}${shade.undecided ? " undecided" : ""}` : cell.state;
  // Trials that were void once and good the second time left no mark: the cell has all its blocks.
  const mark = stateMark(cell);
  const title = all.length > 0 ? html` title="${all.join("; ")}"` : "";
  return html`<td class="${look}"${title}${traced(cell, key)}>${figure(cell, key, scenario.cells, anchor)}${mark}${coldMark(cell)}${rank(cell, key, scenario)}${
    shade?.undecided
      ? html`<small>${observed(cell, key)?.ratio === 1 ? "lowest, but can't be told apart from all" : "can't be told apart from the lowest"}</small>`
      : ""
  }${reasons(mark ? all : [])}</td>`;
}

/** The first reasons in full, where a title can't be seen, as on paper; all of them stand under "Why to believe it". */
function reasons(all: readonly string[]): readonly Html[] {
  const left = all.length - NAMED_REASONS;
  const named = all.slice(0, NAMED_REASONS).map((text) => html`<small class="reason">${text}</small>`);
  return left > 0
    ? [...named, html`<small><a href="#problems">and ${counted(left, "more reason")}</a></small>`]
    : named;
}

function figure(cell: Cell, key: MetricKey, column: readonly Cell[], anchor: string): Html | undefined {
  const one = cell.figures[key];
  if (one.kind === "unsupported")
    return html`<span class="none">–</span> <small>needs ${counted(one.needs, "publish", "publishes")}, had ${one.had}</small>`;
  if (one.kind === "unresolved") return html`<span class="none">–</span> <small>unresolved</small>`;
  if (one.kind === "absent")
    return cell.state === "completed" ? html`<span class="none">not measured here</span>` : undefined;
  const { unit } = METRICS[key];
  const ratio = one.ratio === undefined ? "" : html` <span class="ratio">${times(one.ratio)}</span>`;
  const shownIn = columnOf(unit, shownNumbers(column, key));
  const spread = spreadText(one, shownIn, spreadOf(column));
  const suffix = shownIn.suffix === "" || shownIn.suffix === "/s" ? shownIn.suffix : ` ${shownIn.suffix}`;
  const text = `${shownIn.text(one.value)}${suffix}`;
  return html`<a class="figure" href="#${anchor}">${text}</a>${ratio}${
    spread ? html`<small>${spread}</small>` : ""
  }`;
}

/** The transport's rank with whom it ties; of an A/A control how far it was from itself. */
function rank({ transport }: Cell, key: MetricKey, { verdicts }: ScenarioSummary): Html | undefined {
  const { ranks, aaPairs } = verdicts[key];
  const control = aaPairs.find(({ b }) => b === transport);
  if (control) return html`<small>A/A: ${control.a} again, band ${quantity("share", control.band)}</small>`;
  const range = ranks.get(transport);
  if (!range) return undefined;
  const ties = equalTo(transport, verdicts[key]);
  return html`<small>rank ${rankText(range)}${ties.length > 0 ? `, within 5 % of ${listed(ties)}` : ""}</small>`;
}

function legend(summary: readonly ScenarioSummary[]): Html {
  const ends = SHADE_ENDS.map((end, step) => ({ step, text: `up to ${end}x` }));
  const last = { step: SHADE_ENDS.length, text: `above ${SHADE_ENDS.at(-1)}x` };
  const ranked = summary.some(({ verdicts }) => verdicts.deliveryP50.ranks.size > 0);
  return html`<p class="legend"><span>Shade: the figure over the lowest of its column</span>${[
    ...ends,
    last,
  ].map(({ step, text }) => html`<span class="sample s${step}">${text}</span>`)}${
    ranked
      ? html`<span class="sample undecided s1">hatched: can't be told apart from the lowest</span><span>Transports that are practically equal share a shade.</span>`
      : html`<span>Shades say how far apart figures are; nothing is ranked.</span>`
  }</p>`;
}
