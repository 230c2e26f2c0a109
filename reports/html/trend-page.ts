import { METRICS } from "../metrics/catalogue.ts";
import type { Shown } from "../model/looks.ts";
import type { Trend, TrendMetric, TrendScenario } from "../model/trend.ts";
import { changesOf, verdictCounts, verdictWords } from "../prose/comparison-words.ts";
import { controlText, hasMoved } from "../prose/control-words.ts";
import { columnOf, effect, figureNumbers, spreadText } from "../prose/format.ts";
import { counted, countedReplicates } from "../prose/text.ts";
import type { HtmlAssets } from "./document.ts";
import { type Html, html } from "./html.ts";
import { transportName } from "./marks.ts";
import { sheet } from "./sheet.ts";
import { trendChart } from "./trend-chart.ts";
import { unitCells, unitHeads } from "./unit-cells.ts";

/** Many runs of one plan over time: what changed since the first, then every metric as small multiples with its table. */
export function renderTrendHtml(trend: Trend, assets: HtmlAssets): string {
  const { runs, scenarios } = trend;
  const lines = scenarios.flatMap(({ metrics }) => metrics.flatMap((one) => one.lines));
  const shown = [...new Map(lines.map((one) => [one.transport, one])).values()];
  return sheet(
    {
      title: `How did the figures change over ${counted(runs.length, "run")}?`,
      head: head(trend, shown),
      main: html`${scenarios.map((one, index) => section(one, index, trend, shown))}`,
      foot: `notif-lab trend, ${runs[0]?.startedAt ?? ""} to ${runs.at(-1)?.startedAt ?? ""}.`,
    },
    assets,
  );
}

function head(trend: Trend, shown: readonly Shown[]): Html {
  const { runs, scenarios, control } = trend;
  const reported = scenarios.flatMap(({ name, metrics }) =>
    metrics.flatMap(({ lines }) =>
      lines.flatMap(({ transport, sinceFirst }) =>
        sinceFirst ? [{ scenario: name, transport, compared: sinceFirst }] : [],
      ),
    ),
  );
  const changes = changesOf(reported);
  return html`<p class="lead">${verdictCounts(reported, "the first and the last run")}</p>
${changes.length > 0 ? html`<ul>${changes.map(({ change, text }) => html`<li><span class="${change}">${change}</span> ${text}</li>`)}</ul>` : ""}
<p>Runs stand in the order they began, in equal steps. Bars are 95 % intervals over the launches or blocks of a run; they don’t hold what differs
from run to run, such as the state of the machine. Axes are logarithmic unless a figure is zero.</p>
${control ? html`<p class="${hasMoved(control) ? "state failed" : ""}">${controlText(control, "the first run", "the last")}</p>` : ""}
<div class="scroll" tabindex="0" role="region" aria-label="The runs"><table class="runs">
<thead><tr><th scope="col" class="n">run</th><th scope="col">began</th><th scope="col" class="n">measured</th><th scope="col">notif-lab</th><th scope="col">not as in the run before</th></tr></thead>
<tbody>${runs.map(
    (run, index) =>
      html`<tr><th scope="row" class="n">${index + 1}</th><td>${run.startedAt}</td><td class="n">${countedReplicates(run.blocks, run.replicate)}${run.finished ? "" : html`<small>unfinished</small>`}</td><td>${run.version}</td><td>${run.changes.length > 0 ? run.changes.map((one, at) => html`${at > 0 ? html`<br>` : ""}${one}`) : "–"}</td></tr>`,
  )}</tbody></table></div>
<p>${shown.map(({ transport }) => html`${transportName(transport, shown)} `)}</p>
${scenarios.length > 1 ? html`<nav aria-label="Scenarios"><p>${scenarios.map(({ name }, index) => html`${index > 0 ? html` · ` : ""}<a href="#scenario-${index + 1}">${name}</a>`)}</p></nav>` : ""}`;
}

function section(
  { name, metrics }: TrendScenario,
  index: number,
  { runs, control }: Trend,
  shown: readonly Shown[],
): Html {
  return html`<section id="scenario-${index + 1}"><h2>${name}</h2>
<div class="charts">${metrics.map((one) => figure(one, name, { runs: runs.length, control: control?.transport }, shown))}</div></section>
`;
}

interface Setting {
  readonly runs: number;
  readonly control: string | undefined;
}

function figure(one: TrendMetric, scenario: string, setting: Setting, shown: readonly Shown[]): Html {
  const { runs } = setting;
  const { group, label } = METRICS[one.metric];
  const name = `${group}, ${label}`;
  const plot = trendChart(
    `${scenario}, ${name} of every transport over ${counted(runs, "run")}; the figures are in the table`,
    one.metric,
    one.lines,
    runs,
    shown,
  );
  const table = figureTable(one, `${scenario}, ${name}, by run`, setting);
  return html`<figure><figcaption><h3>${name}</h3></figcaption>
${plot ?? ""}${plot ? html`<details><summary>Figures of every run</summary>${table}</details>` : table}</figure>
`;
}

function figureTable({ metric, lines }: TrendMetric, label: string, { runs, control }: Setting): Html {
  const isScaled = control !== undefined && lines.some(({ sinceFirst }) => sinceFirst?.byControl);
  const numbers = lines.flatMap(({ figures }) =>
    figures.flatMap((one) => (one.kind === "observed" ? figureNumbers(one) : [])),
  );
  const column = columnOf(METRICS[metric].unit, numbers);
  const unit = column.suffix === "" ? "" : `, ${column.suffix}`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr><th scope="col">transport</th>${Array.from({ length: runs }, (_, run) => html`<th scope="col" class="n">run ${run + 1}${unit}</th>`)}<th scope="col" class="n">last/first</th><th scope="col">verdict</th>${isScaled ? unitHeads(control, "last/first") : ""}</tr></thead>
<tbody>${lines.map(({ transport, figures, sinceFirst }) => {
    const cells = figures.map((one) => {
      if (one.kind !== "observed") return html`<td class="n">–</td>`;
      const spread = METRICS[metric].combine ? undefined : spreadText(one, column, "interval");
      return html`<td class="n">${column.text(one.value)}${spread ? html`<small>${spread}</small>` : ""}</td>`;
    });
    const seen = sinceFirst?.effect;
    return html`<tr><th scope="row">${transport}</th>${cells}<td class="n">${seen ? effect(seen.ratio, seen.interval) : "–"}</td><td class="${sinceFirst?.change ?? ""}">${sinceFirst ? verdictWords(sinceFirst).long : "–"}</td>${isScaled ? unitCells(sinceFirst?.byControl) : ""}</tr>`;
  })}</tbody></table></div>`;
}
