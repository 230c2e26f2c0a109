import type { Results } from "../../harness/result.ts";
import { columnOf, ranged, times } from "../format.ts";
import { METRICS } from "../metrics.ts";
import { observations, qualityLine, rankingSentence, ranSentence, titleOf } from "../sentences.ts";
import type { Cell, ScenarioSummary } from "../summary.ts";
import { counted } from "../text.ts";
import { type Html, html } from "./html.ts";
import { stateMark, wireName } from "./marks.ts";

/** The first screen: the question, what was observed, how good the run was. */
export function overview(results: Results, summary: readonly ScenarioSummary[]): Html {
  return html`<header>
<button type="button" id="theme" hidden>Dark or light</button>
<h1>${titleOf(results)}</h1>
<p>${ranSentence(results)} ${rankingSentence(results)}</p>
${summary.map(
  (scenario, index) => html`<p class="lead"><a href="#scenario-${index + 1}">${scenario.name}</a></p>
<ul>${observations(scenario).map((one) => html`<li>${one}</li>`)}</ul>`,
)}
<p class="quality">${qualityLine(results, summary)} · <a href="#validity">why to believe it</a></p>
</header>`;
}

/** Every wire in every scenario by its median delivery latency; in the order asked for, since nothing is ranked. */
export function matrix(summary: readonly ScenarioSummary[]): Html {
  const cells = summary[0]?.cells ?? [];
  const blocks = Math.max(0, ...summary.flatMap((one) => one.cells.map((cell) => cell.blockNumbers.length)));
  const range = blocks > 1 ? ", range over blocks," : "";
  const caption = `Median delivery latency${range} and its ratio to the lowest wire of the scenario`;
  return html`<section id="overview" aria-label="Overview"><h2>Every wire in every scenario</h2>
<p class="caption">${caption}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="matrix">
<thead><tr><th scope="col">wire</th>${summary.map(
    ({ name }, index) => html`<th scope="col"><a href="#scenario-${index + 1}">${name}</a></th>`,
  )}</tr></thead>
<tbody>${cells.map(
    ({ transport }, row) =>
      html`<tr><th scope="row">${wireName(transport, cells)}</th>${summary.map(
        (scenario) => html`<td>${entry(scenario.cells[row], scenario.cells)}</td>`,
      )}</tr>`,
  )}</tbody></table></div></section>`;
}

function entry(cell: Cell | undefined, column: readonly Cell[]): Html | undefined {
  if (!cell) return undefined;
  const reasons = cell.problems.map(({ text }) => html`<small class="reason">${text}</small>`);
  return html`${latency(cell, column)}${stateMark(cell)}${reasons}`;
}

function latency(cell: Cell, column: readonly Cell[]): Html | undefined {
  const figure = cell.figures.deliveryP50;
  if (figure.kind === "unsupported")
    return html`<span class="none">–</span> <small>needs ${counted(figure.needs, "publish", "publishes")}, had ${figure.had}</small>`;
  if (figure.kind === "absent") return undefined;
  const { unit } = METRICS.deliveryP50;
  const all = column
    .map((one) => one.figures.deliveryP50)
    .flatMap((one) => (one.kind === "observed" ? [one.min, one.median, one.max] : []));
  const ratio =
    figure.ratio === undefined ? undefined : html` <span class="ratio">${times(figure.ratio)}</span>`;
  return html`<span class="figure">${ranged(unit, figure, columnOf(unit, all))}</span>${ratio}`;
}
