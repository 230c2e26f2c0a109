import type { Results } from "../../harness/result/result.ts";
import type { MetricKey } from "../metrics/catalogue.ts";
import { type Cell, observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { browserCaveat, pageSentence, queueSentence, withoutPage } from "../prose/browser.ts";
import { type Html, html } from "./html.ts";
import { metricTable } from "./tables.ts";

const SHOWN: readonly MetricKey[] = ["pageP50", "pageP90", "pageLost", "besidePageP50", "besidePageP90"];

/** What a page saw of each load beside Node.js; undefined where a run has no browser. */
export function browserSection(
  results: Results,
  summary: readonly ScenarioSummary[],
  anchors: ReadonlyMap<string, string>,
): Html | undefined {
  const caveat = browserCaveat(results);
  if (caveat === undefined) return undefined;
  const scenarios = summary.flatMap(({ name, cells }) => {
    const own = cells.filter((cell) => SHOWN.some((key) => observed(cell, key)));
    return own.length > 0 ? [{ name, cells: own }] : [];
  });
  const absences = withoutPage(results);
  return html`<section id="browser"><h2>In a browser</h2>
<p>${caveat}</p>
${scenarios.map(({ name, cells }) => ofScenario(name, cells, anchors.get(name) ?? ""))}
${absences.length > 0 ? html`<ul>${absences.map((one) => html`<li>${one}</li>`)}</ul>` : ""}
</section>`;
}

function ofScenario(name: string, cells: readonly Cell[], anchor: string): Html {
  const keys = SHOWN.filter((key) => cells.some((cell) => observed(cell, key)));
  const sentences = [pageSentence(cells), queueSentence(cells)].filter((one) => one !== undefined);
  return html`<h3><a href="#${anchor}">${name}</a></h3>
${sentences.map((one) => html`<p>${one}</p>`)}
${metricTable(`${name} in a page, and in Node.js beside it`, cells, keys, "spread")}`;
}
