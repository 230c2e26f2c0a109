import type { Results } from "../../harness/result/result.ts";
import { decide } from "../decision/arithmetic.ts";
import { fragmentOf } from "../decision/fragment.ts";
import { decisionInput } from "../decision/gather-input.ts";
import {
  type Answer,
  type Decision,
  type DecisionInput,
  defaultSettings,
  MOST_WEIGHT,
} from "../decision/input.ts";
import {
  answerText,
  cautionText,
  idleText,
  orderOf,
  placeTexts,
  reasonText,
  timesText,
} from "../decision/words.ts";
import type { Cell } from "../model/cell.ts";
import { lookOf } from "../model/looks.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { jsonText } from "./embed.ts";
import { Html, html } from "./html.ts";
import { transportName } from "./marks.ts";

/** What must be, what matters and how much, and what follows: a table by default weights, which the page's script lets one change. */
export function decisionSection(results: Results, summary: readonly ScenarioSummary[]): Html {
  const input = decisionInput(results, summary);
  const cells = summary[0]?.cells ?? [];
  if (input.transports.length < 2)
    return html`<section id="decide"><h2>Decide</h2><p>There is nothing to choose from: the run has ${input.transports[0] === undefined ? "no transport" : `only ${input.transports[0]}`}.</p></section>`;
  const settings = defaultSettings(input);
  const decision = decide(input, settings);
  return html`<section id="decide"><h2>Decide</h2>
<p>Say what a transport must do, then what matters and how much. The order follows from this run's figures alone, by a formula that is
written out below; it is as good as the match between these scenarios and your own load.</p>
<noscript><p class="caption">Without script: the order by equal weights, nothing required, all scenarios.</p></noscript>
<form class="decide-form" autocomplete="off" hidden>${needs(input)}${weights(input)}${scenarios(input)}</form>
<div class="decide-outcome">
<p class="decide-answer" aria-live="polite">${answerText(input, decision)}</p>
<p class="decide-caution" data-text="caution">${cautionText(input, decision)}</p>
<p class="caption" data-text="idle">${idleText(input, decision)}</p>
<p class="caption decide-ignored" data-text="ignored"></p>
${ranking(input, decision, cells)}
<p class="decide-address" hidden><a href="${fragmentOf(input, settings)}">Link to these settings</a></p>
</div>
<details><summary>What each transport can do, and who says so</summary>${abilities(input, cells)}</details>
<details><summary>How it is computed</summary>${formula(input)}</details>
<script type="application/json" id="decision-input">${new Html(jsonText(input))}</script>
</section>`;
}

function needs({ requirements }: DecisionInput): Html {
  return html`<fieldset><legend>It must have</legend>${requirements.map(
    ({ key, label, about }) =>
      html`<label class="decide-need"><input type="checkbox" name="need" value="${key}"> <span>${label} <small>${about}</small></span></label>`,
  )}</fieldset>`;
}

function weights({ criteria }: DecisionInput): Html {
  return html`<fieldset><legend>What matters, from 0 to ${MOST_WEIGHT}</legend>${criteria.map(
    ({ key, label, about }) =>
      html`<div class="decide-weight"><label for="decide-${key}">${label} <small>${about}</small></label><input type="range" id="decide-${key}" name="weight" data-key="${key}" min="0" max="${MOST_WEIGHT}" step="1" value="1"><output for="decide-${key}">1</output></div>`,
  )}</fieldset>`;
}

function scenarios(input: DecisionInput): Html {
  return html`<fieldset><legend>Scenarios that count</legend>${input.scenarios.map(
    (name) =>
      html`<label class="decide-need"><input type="checkbox" name="scenario" value="${name}" checked> <span>${name}</span></label>`,
  )}</fieldset>`;
}

/** The script fills the same cells that are filled here, and puts the rows in order. */
function ranking(input: DecisionInput, decision: Decision, cells: readonly Cell[]): Html {
  const most = Math.max(1, ...decision.ranked.map(({ score }) => score));
  const caption =
    "Score: weighted geometric mean of the ratios to the best transport; 1 is the best in everything, lower is better";
  return html`<p class="caption">${caption}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="decide-ranking">
<thead><tr><th scope="col" rowspan="2" class="n">rank</th><th scope="col" rowspan="2">transport</th><th scope="col" rowspan="2">score</th><th scope="colgroup" colspan="2">first in</th><th scope="colgroup" colspan="${input.criteria.length}">ratio to the best</th></tr>
<tr><th scope="col" class="n">weightings</th><th scope="col" class="n">resamples</th>${input.criteria.map(({ label }) => html`<th scope="col" class="n">${label}</th>`)}</tr></thead>
<tbody>${orderOf(input, decision).map((transport) => {
    const own = decision.ranked.find((one) => one.transport === transport);
    const place = placeTexts(input, decision, own);
    const width = own ? ((100 * own.score) / most).toFixed(1) : "0";
    const name = transportName(input.transports[transport] ?? "", cells);
    const { color } = lookOf(input.transports[transport] ?? "", cells);
    return html`<tr data-transport="${transport}"><td class="n" data-cell="rank">${place.rank}</td><th scope="row"><span class="decide-name">${name}</span><small data-cell="reason">${reasonText(decision, transport)}</small></th><td class="decide-score"><span data-cell="score">${timesText(own?.score ?? null)}</span><span class="decide-bar" data-cell="bar" style="width:${width}%;background:${color}"></span></td><td class="n" data-cell="weightings">${place.weightings}</td><td class="n" data-cell="resamples">${place.resamples}</td>${input.criteria.map(
      (_one, at) => html`<td class="n" data-cell="ratio">${timesText(own?.ratios[at] ?? null)}</td>`,
    )}</tr>`;
  })}</tbody></table></div>`;
}

function abilities(input: DecisionInput, cells: readonly Cell[]): Html {
  const signs: Record<Answer["meets"], string> = { yes: "✓ yes", no: "✕ no", unknown: "? not known" };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What each transport can do"><table class="decide-abilities">
<thead><tr><th scope="col">transport</th>${input.requirements.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${input.transports.map(
    (transport, at) =>
      html`<tr><th scope="row">${transportName(transport, cells)}</th>${input.requirements.map(
        ({ answers }) => {
          const answer = answers[at];
          return html`<td>${answer ? html`<strong>${signs[answer.meets]}</strong><small>${answer.reason}</small>` : ""}</td>`;
        },
      )}</tr>`,
  )}</tbody></table></div>`;
}

function formula({ figures, scenarios, criteria }: DecisionInput): Html {
  return html`<ol class="decide-formula">
<li>A transport without one of the requirements is out. One that did not complete a scenario that counts, or lacks a figure that others have, is listed but not scored.</li>
<li>For each figure, r is the transport's value over that of the best transport left. Transports that are practically equal share the geometric mean of their values, so that noise does not separate them; two that differ never share one. Inconclusive pairs keep their measured ratio.</li>
<li>A criterion is the mean of ln r over its figures in the scenarios that count. The score is exp of the mean of the criteria by their weights; it has no unit.</li>
<li>"First in weightings": 10,000 weightings of the criteria that have a weight, drawn uniformly from all there are (flat Dirichlet, seeded). "First in resamples": with your weights, 1,000 bootstrap resamples of the blocks, where all transports have five in common. Transports that tie for the first place both count.</li>
</ol>
<p>A scenario that breaks something counts only for resilience: its latencies cover only the deliveries that arrived. Figures that count:</p>
<ul>${criteria.map(({ label, about }, criterion) => {
    const own = figures.filter((figure) => figure.criterion === criterion);
    const labels = [...new Set(own.map((figure) => figure.label))].map((text) => {
      const where = own
        .filter((figure) => figure.label === text)
        .map(({ scenario }) => scenarios[scenario] ?? "");
      return `${text} in ${where.join(", ")}`;
    });
    return html`<li><strong>${label}</strong> (${about}): ${labels.length > 0 ? labels.join("; ") : "none in this run"}.</li>`;
  })}</ul>`;
}
