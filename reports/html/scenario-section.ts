import type { Results } from "../../harness/result/result.ts";
import { type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import { observed, replicateAmong, spreadOf } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { storyTitle } from "../prose/fault-words.ts";
import { meaningOf } from "../prose/meaning.ts";
import { observations } from "../prose/sentences.ts";
import { replicates } from "../prose/text.ts";
import { slugOf } from "./anchors.ts";
import type { Chart } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { metricTable } from "./tables.ts";
import { verdictTable } from "./verdict-table.ts";

/** A scenario's figures and pictures; `firstChart` is the place of its first chart in the embedded data. */
export function scenarioSection(
  scenario: ScenarioSummary,
  anchor: string,
  charts: readonly Chart[],
  firstChart: number,
  results: Results,
): Html {
  const { name, summary, params, cells } = scenario;
  return html`<section id="${anchor}"><h2>${name}</h2>
<p>${summary}.</p>
<p class="params" data-path="/scenarios/${results.scenarios.findIndex((one) => one.name === name)}/params">${Object.entries(
    params,
  )
    .map(([key, value]) => `${key} ${value}`)
    .join(" · ")}</p>
<ul>${observations(scenario).map((one) => html`<li>${one}</li>`)}</ul>
${metricTable(`${name}: ${valuesText(cells)}`, cells, columnsOf(scenario), "spread")}
${storySection(scenario)}
${notes(scenario, results)}
${verdictTable(scenario)}
<div class="charts">${charts.map((chart, index) => figure(chart, firstChart + index, anchor, scenario))}</div>
</section>`;
}

/** What the figures mean, each with the rule that found it. */
function notes(scenario: ScenarioSummary, results: Results): Html | undefined {
  const found = meaningOf(scenario, results);
  if (found.length === 0) return undefined;
  return html`<h3>What this means</h3>
<ul class="notes">${found.map(({ text, rule }) => html`<li>${text} <small>Rule: ${rule}.</small></li>`)}</ul>`;
}

/** What happened to each transport, where the plan breaks things. */
function storySection({ stories }: ScenarioSummary): Html | undefined {
  if (stories.length === 0) return undefined;
  return html`<h3>What happened</h3>
<dl class="stories">${stories.map(
    (story) =>
      html`<dt data-trials="${story.place}" data-path="faults resumption">${storyTitle(story)}</dt>${story.lines.map((line) => html`<dd>${line}.</dd>`)}`,
  )}</dl>`;
}

function valuesText(cells: ScenarioSummary["cells"]): string {
  const replicate = replicateAmong(cells);
  const many = replicates(replicate);
  if (spreadOf(cells) === "interval")
    return `geometric means over ${many} (p99 and p99.9: of all of them merged), with 95 % intervals`;
  return cells.some((one) => one.blockNumbers.length > 1)
    ? `medians, with the range over ${many}`
    : `one ${replicate}`;
}

function figure(chart: Chart, index: number, anchor: string, { name, cells }: ScenarioSummary): Html {
  const label = `${chart.title} in ${name}, the figures are in the table below`;
  const plot =
    chart.spec.data.datasets.length > 0
      ? html`<div class="plot" style="--height:${chart.height}px"><canvas data-chart="${index}" role="img" aria-label="${label}"></canvas></div>`
      : "";
  const table = chart.table ?? metricTable(`${chart.title}, ${name}`, cells, chart.keys, "blocks");
  const folded = chart.table ? "Figures" : `Figures of every ${replicateAmong(cells)}`;
  return html`<figure id="${anchor}-${slugOf(chart.title)}"${chart.wide ? html` class="wide"` : ""}><figcaption><h3>${chart.title}</h3><p>${chart.caption}</p></figcaption>
${plot}
<details><summary>${folded}</summary>${table}</details>
</figure>`;
}

/** p99.9 has a column only if a trial was long enough for it, receipts only where there are some. */
function columnsOf({ cells, isOfConnections }: ScenarioSummary): MetricKey[] {
  // Elsewhere the ramp says how fast they come.
  if (isOfConnections) return metricsIn("connections");
  const always = metricsIn("scenario");
  return metricsIn("scenario", "scenario if measured").filter(
    (key) => always.includes(key) || cells.some((cell) => observed(cell, key)),
  );
}
