import type { Results } from "../../harness/result.ts";
import { type Cell, shownNumbers, spreadOf } from "../cell.ts";
import { columnOf, quantity, ranged, times } from "../format.ts";
import { METRICS } from "../metrics.ts";
import { observations, qualityLine, rankingSentence, ranSentence, titleOf } from "../sentences.ts";
import type { ScenarioSummary } from "../summary.ts";
import { counted, listed } from "../text.ts";
import { rankText, tiedWith } from "../verdict-words.ts";
import { type Html, html } from "./html.ts";
import { stateMark, wireName } from "./marks.ts";

/** The first screen: the question, what was observed, how good the run was. */
export function overview(results: Results, summary: readonly ScenarioSummary[]): Html {
  return html`<header>
<button type="button" id="theme" hidden>Dark or light</button>
<h1>${titleOf(results)}</h1>
<p>${ranSentence(results)} ${rankingSentence(results, summary)}</p>
${summary.map(
  (scenario, index) => html`<p class="lead"><a href="#scenario-${index + 1}">${scenario.name}</a></p>
<ul>${observations(scenario).map((one) => html`<li>${one}</li>`)}</ul>`,
)}
<p class="quality">${qualityLine(results, summary)} · <a href="#validity">why to believe it</a></p>
</header>`;
}

/** Every wire in every scenario by its median delivery latency, in the order asked for; ranks stand beside the figures. */
export function matrix(summary: readonly ScenarioSummary[]): Html {
  const cells = summary[0]?.cells ?? [];
  const blocks = Math.max(0, ...summary.flatMap((one) => one.cells.map((cell) => cell.blockNumbers.length)));
  const intervals = summary.some((one) => spreadOf(one.cells) === "interval");
  const spread = intervals ? ", 95 % interval over blocks" : blocks > 1 ? ", range over blocks" : "";
  const ranked = summary.some((one) => one.verdicts.deliveryP50.ranks.size > 0);
  const caption = `Median delivery latency${spread}, ratio to the lowest wire of the scenario${ranked ? ", rank" : ""}`;
  return html`<section id="overview" aria-label="Overview"><h2>Every wire in every scenario</h2>
<p class="caption">${caption}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="matrix">
<thead><tr><th scope="col">wire</th>${summary.map(
    ({ name }, index) => html`<th scope="col"><a href="#scenario-${index + 1}">${name}</a></th>`,
  )}</tr></thead>
<tbody>${cells.map(
    ({ transport }, row) =>
      html`<tr><th scope="row">${wireName(transport, cells)}</th>${summary.map(
        (scenario) => html`<td>${entry(scenario.cells[row], scenario)}</td>`,
      )}</tr>`,
  )}</tbody></table></div></section>`;
}

function entry(cell: Cell | undefined, scenario: ScenarioSummary): Html | undefined {
  if (!cell) return undefined;
  const reasons = cell.problems.map(({ text }) => html`<small class="reason">${text}</small>`);
  return html`${latency(cell, scenario.cells)}${stateMark(cell)}${rank(cell, scenario)}${reasons}`;
}

function latency(cell: Cell, column: readonly Cell[]): Html | undefined {
  const figure = cell.figures.deliveryP50;
  if (figure.kind === "unsupported")
    return html`<span class="none">–</span> <small>needs ${counted(figure.needs, "publish", "publishes")}, had ${figure.had}</small>`;
  if (figure.kind !== "observed") return undefined;
  const { unit } = METRICS.deliveryP50;
  const ratio =
    figure.ratio === undefined ? undefined : html` <span class="ratio">${times(figure.ratio)}</span>`;
  return html`<span class="figure">${ranged(unit, figure, columnOf(unit, shownNumbers(column, "deliveryP50")), spreadOf(column))}</span>${ratio}`;
}

/** The wire's rank with whom it ties; of an A/A twin how far it was from itself. */
function rank({ transport }: Cell, { verdicts }: ScenarioSummary): Html | undefined {
  const { ranks, aaPairs } = verdicts.deliveryP50;
  const twin = aaPairs.find(({ b }) => b === transport);
  if (twin) return html`<small>A/A: ${twin.a} again, band ${quantity("share", twin.band)}</small>`;
  const range = ranks.get(transport);
  if (!range) return undefined;
  const ties = tiedWith(transport, verdicts.deliveryP50);
  return html`<small>rank ${rankText(range)}${ties.length > 0 ? `, ties with ${listed(ties)}` : ""}</small>`;
}
