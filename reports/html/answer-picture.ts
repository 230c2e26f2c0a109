import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { MARGIN } from "../model/verdicts.ts";
import { effect } from "../prose/format.ts";
import { type Standing, standingOf } from "../prose/scenario-answer.ts";
import { capitalised, listed } from "../prose/text.ts";
import { type ForestRow, forestPlot } from "./compare-forest.ts";
import { type Html, html } from "./html.ts";
import { transportName } from "./marks.ts";
import { pairsOf, tracedColumn } from "./traced.ts";

/** What an answer is a picture of: how soon, and at what cost. */
const SHOWN: readonly MetricKey[] = ["deliveryP50", "cpu"];
/** The first screen has room for so many scenarios; the matrix below shows all. */
const MOST_SCENARIOS = 3;

interface Row extends ForestRow {
  readonly verdict: string;
}

/** The answer as a picture: a row a transport, dot and whiskers of its ratio to the best, for latency and CPU, with its table folded. */
export function answerPicture(summary: readonly ScenarioSummary[]): Html | undefined {
  const drawn = summary
    .slice(0, MOST_SCENARIOS)
    .map((scenario) => ({
      scenario,
      plots: SHOWN.map((key) => plotOf(scenario, key)).filter(({ rows }) => rows.length > 1),
    }))
    .filter(({ plots }) => plots.length > 0);
  if (drawn.length === 0) return undefined;
  const ranked = drawn.some(({ plots }) =>
    plots.some(({ rows }) => rows.some((row) => row.effect?.interval)),
  );
  return html`<figure class="answer-picture" aria-label="The answer as a picture">
${drawn.map(({ scenario, plots }) => {
  return html`<div><h2>${scenario.name}</h2><div class="answer-plots">${plots.map(
    ({ name, rows }) =>
      html`<div><p>${name}</p>${forestPlot(
        `${scenario.name}, ${name}: ratio of each transport to the best; the figures are in the table`,
        rows,
        scenario.cells,
        ranked ? MARGIN : 0,
      )}</div>`,
  )}</div>${table(scenario, plots)}</div>`;
})}
<figcaption>Ratio to the best, which is 1; less is better. ${
    ranked
      ? "Bars: 95 % intervals that hold for all pairs at once. Shaded: differences within 5 %, which count as equal."
      : "Observed once or twice, so without intervals: nothing is ranked."
  }</figcaption></figure>`;
}

function plotOf(scenario: ScenarioSummary, key: MetricKey) {
  return { key, name: capitalised(METRICS[key].name), rows: rowsOf(scenario, key) };
}

/** The best first: against it all others are shown. */
function rowsOf(scenario: ScenarioSummary, key: MetricKey): Row[] {
  const standing = standingOf(scenario, key);
  const transports = scenario.cells.filter(({ candidate, state }) => candidate && state === "completed");
  const rows = transports.flatMap((cell): Row[] => {
    const figure = observed(cell, key);
    if (!figure || figure.ratio === undefined) return [];
    const { transport } = cell;
    if (!standing)
      return [{ transport, effect: { ratio: figure.ratio }, word: effect(figure.ratio), verdict: "" }];
    return rowOf(transport, standing);
  });
  return rows;
}

function rowOf(transport: string, { best, isFirst, isPartial, all, equal, open }: Standing): Row[] {
  if (transport === best) {
    const near = [
      equal.length > 0 ? `within 5 % of ${listed(equal)}` : undefined,
      open.length > 0 ? `can't be told apart from ${listed(open)}` : undefined,
    ].filter((part) => part !== undefined);
    return [
      {
        transport,
        effect: { ratio: 1 },
        word: isPartial ? "lowest of those ranked" : isFirst ? "first" : "lowest observed",
        verdict: isFirst
          ? `different from all others${isPartial ? " that are ranked" : ""}`
          : near.length > 0
            ? near.join("; ")
            : "not compared with all others",
      },
    ];
  }
  const own = all.find((one) => one.transport === transport);
  if (!own) return [];
  const { ratio, interval, verdict } = own;
  const word =
    verdict === "different"
      ? effect(ratio)
      : verdict === "inconclusive"
        ? `${effect(ratio)}, inconclusive`
        : "within 5 %";
  return [{ transport, effect: { ratio, interval }, word, verdict }];
}

function table(
  scenario: ScenarioSummary,
  plots: readonly { readonly key: MetricKey; readonly name: string; readonly rows: readonly Row[] }[],
): Html {
  const { cells, name } = scenario;
  const transports = cells.filter(({ transport }) =>
    plots.some(({ rows }) => rows.some((row) => row.transport === transport)),
  );
  return html`<details><summary>Figures of ${name}</summary><div class="scroll" tabindex="0" role="region" aria-label="Figures of ${name}, ratio to the best"><table class="answer-table">
<thead><tr><th scope="col">transport</th>${plots.map((plot) => html`<th scope="col" class="n"${tracedColumn(plot.key)}>${METRICS[plot.key].short}, to the best</th>`)}</tr></thead>
<tbody data-rule="ratio">${transports.map(
    (cell) =>
      html`<tr><th scope="row">${transportName(cell.transport, cells)}</th>${plots.map(({ key, rows }) => {
        const row = rows.find(({ transport }) => transport === cell.transport);
        const best = cells.find(({ transport }) => transport === standingOf(scenario, key)?.best);
        const source = best ? html` data-pairs="${pairsOf(cell, best, key)}"` : undefined;
        return row?.effect
          ? html`<td class="n"${source}>${effect(row.effect.ratio, row.effect.interval)}<small>${row.verdict}</small></td>`
          : html`<td class="n">–</td>`;
      })}</tr>`,
  )}</tbody></table></div></details>`;
}
