import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import type {
  ComparedMetric,
  ComparedScenario,
  ComparedTransport,
  RunComparison,
} from "../model/comparison.ts";
import { isReported, REPORTED } from "../model/comparison.ts";
import { changesOf, reportedOf, valueText, verdictCounts, verdictWords } from "../prose/comparison-words.ts";
import { controlText, hasMoved } from "../prose/control-words.ts";
import { effect } from "../prose/format.ts";
import { replicates } from "../prose/text.ts";
import { forestPlot } from "./compare-forest.ts";
import type { HtmlAssets } from "./document.ts";
import { type Html, html } from "./html.ts";
import { sheet } from "./sheet.ts";
import { unitCells, unitHeads } from "./unit-cells.ts";

/** Both runs side by side, what keeps them apart, what changed, and every figure with its effect as picture and table. */
export function renderComparisonHtml(comparison: RunComparison, assets: HtmlAssets): string {
  const { a, b, scenarios, control } = comparison;
  return sheet(
    {
      title: "What changed from run A to run B?",
      head: head(comparison),
      main: html`${scenarios.map((one, index) => section(one, index, control?.transport))}
<section id="reading"><h2>How to read it</h2>
<p>B/A is the ratio of the two runs, ${b.replicate} by ${b.replicate}: the same seed gives each the same plan in both. Its bar is the 95 % interval, which holds for all transports of a metric at once.
Better and worse: the interval excludes 1 by more than an A/A control of either run differed, and the effect is beyond 5 % (the shaded
band). Equal: two one-sided tests put it within 5 %. Inconclusive: neither. The intervals hold within one metric of one scenario: of
many metrics without any change, one in twenty may still show one.</p>
${control ? html`<p>In ${control.transport}: the same in units of the control (${control.transport} in the same launch), which cancels most of a difference between machines.</p>` : ""}</section>`,
      foot: `notif-lab compare, A of ${a.startedAt}, B of ${b.startedAt}.`,
    },
    assets,
  );
}

function head(comparison: RunComparison): Html {
  const { a, b, differences, notes, scenarios, control } = comparison;
  const reported = reportedOf(comparison);
  const changes = changesOf(reported);
  const fields: readonly (readonly [string, string | number, string | number])[] = [
    ["began", a.startedAt, b.startedAt],
    ["command", a.command, b.command],
    [replicates(b.replicate), a.blocks, b.blocks],
  ];
  return html`<p class="lead">${verdictCounts(reported, "both runs")}</p>
${changes.length > 0 ? html`<ul>${changes.map(({ change, text }) => html`<li><span class="${change}">${change}</span> ${text}</li>`)}</ul>` : ""}
${differences.length > 0 ? html`<p class="state failed">These runs are not of the same plan:</p><ul>${differences.map((one) => html`<li>${one}</li>`)}</ul>` : ""}
<div class="scroll" tabindex="0" role="region" aria-label="The two runs"><table class="runs">
<thead><tr><th scope="col">run</th><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody>${fields.map(([name, one, other]) => html`<tr><th scope="row">${name}</th><td>${one}</td><td>${other}</td></tr>`)}</tbody></table></div>
${control ? html`<p class="${hasMoved(control) ? "state failed" : ""}">${controlText(control)}</p>` : ""}
<ul>${notes.map((one) => html`<li>${one}</li>`)}</ul>
${scenarios.length > 1 ? html`<nav aria-label="Scenarios"><p>${scenarios.map(({ name }, index) => html`${index > 0 ? html` · ` : ""}<a href="#scenario-${index + 1}">${name}</a>`)}</p></nav>` : ""}`;
}

function section({ name, transports }: ComparedScenario, index: number, control: string | undefined): Html {
  const unwell = transports.filter(({ states }) => states !== "");
  return html`<section id="scenario-${index + 1}"><h2>${name}</h2>
${unwell.length > 0 ? html`<ul>${unwell.map(({ transport, states }) => html`<li>${transport}: ${states}</li>`)}</ul>` : ""}
<div class="charts">${REPORTED.map((key) => figure(key, name, transports, control))}</div></section>
`;
}

interface Row {
  readonly transport: string;
  readonly compared: ComparedMetric;
}

function figure(
  key: MetricKey,
  scenario: string,
  transports: readonly ComparedTransport[],
  control: string | undefined,
): Html | undefined {
  const rows = transports.flatMap(({ transport, metrics }) => {
    const compared = metrics.find(({ metric }) => metric === key);
    return compared && isReported(compared) ? [{ transport, compared }] : [];
  });
  if (rows.length === 0) return undefined;
  const { group, label, short, better, combine } = METRICS[key];
  const plot = forestPlot(
    `${scenario}, ${group} ${label}: B/A of each transport with its 95 % interval; the figures are in the table`,
    rows.map(({ transport, compared }) => ({
      transport,
      ...(compared.effect ? { effect: compared.effect } : {}),
      word: verdictWords(compared).short,
      ...(compared.change ? { kind: compared.change } : {}),
    })),
    transports,
    Math.max(0, ...rows.map(({ compared }) => compared.margin ?? 0)),
  );
  const table = figureTable(key, `${scenario}, ${group} ${label}, in A and B`, rows, control);
  return html`<figure><figcaption><h3>${group}, ${label}</h3><p>${combine ? "Totals over blocks, without a verdict." : `B/A; ${better === "higher" ? "right" : "left"} of 1 is better.`}</p></figcaption>
${plot ?? ""}${plot ? html`<details><summary>Figures of ${short}</summary>${table}</details>` : table}</figure>
`;
}

function figureTable(key: MetricKey, label: string, rows: readonly Row[], control: string | undefined): Html {
  const isScaled = control !== undefined && rows.some(({ compared }) => compared.byControl);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr><th scope="col">transport</th><th scope="col" class="n">A</th><th scope="col" class="n">B</th><th scope="col" class="n">B/A (95 %)</th><th scope="col">verdict</th>${isScaled ? unitHeads(control, "B/A (95 %)") : ""}</tr></thead>
<tbody>${rows.map(({ transport, compared }) => {
    const figures = [compared.a, compared.b];
    const seen = compared.effect ? effect(compared.effect.ratio, compared.effect.interval) : "–";
    return html`<tr><th scope="row">${transport}</th><td class="n">${valueText(key, figures, 0)}</td><td class="n">${valueText(key, figures, 1)}</td><td class="n">${seen}</td><td class="${compared.change ?? ""}">${verdictWords(compared).long}</td>${isScaled ? unitCells(compared.byControl) : ""}</tr>`;
  })}</tbody></table></div>`;
}
