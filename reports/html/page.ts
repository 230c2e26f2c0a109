import type { Results } from "../../harness/result/result.ts";
import { summarize } from "../model/summary.ts";
import { titleOf } from "../prose/sentences.ts";
import { agentsSection } from "./agents-section.ts";
import { anchorsOf } from "./anchors.ts";
import { browserSection } from "./browser-section.ts";
import { chartsOf } from "./charts.ts";
import { clientCosts } from "./client-costs.ts";
import { decisionSection } from "./decision-section.ts";
import { documentOf, type HtmlAssets } from "./document.ts";
import { jsonText } from "./embed.ts";
import { Html, html } from "./html.ts";
import { journeySection } from "./journey-section.ts";
import { matrix } from "./matrix.ts";
import { navigation, overview } from "./overview.ts";
import { scaleSection } from "./scale-section.ts";
import { scenarioSection } from "./scenario-section.ts";
import { serviceSheet } from "./service-sheet.ts";
import { sizingSection } from "./sizing-section.ts";
import { validity } from "./validity.ts";

/** One file that opens offline and asks nothing of a network; the same results give the same bytes. */
export function renderHtml(results: Results, assets: HtmlAssets): string {
  const summary = summarize(results);
  const charts = summary.map((scenario) => chartsOf(scenario, results));
  const anchors = anchorsOf(summary.map(({ name }) => name));
  const service = serviceSheet(results, summary);
  const sizing = sizingSection(results, summary);
  const scale = scaleSection(results, summary, anchors);
  const browser = browserSection(results, summary, anchors);
  const agents = agentsSection(results);
  const clients = clientCosts(results, summary);
  const body = html`${navigation(summary, anchors, [...(service ? [["service", "Service"] as const] : []), ...(scale ? [["scale", "Scale"] as const] : []), ...(browser ? [["browser", "Browser"] as const] : []), ...(agents ? [["agents", "Agents"] as const] : []), ["decide", "Decide"], ...(sizing ? [["sizing", "Sizing"] as const] : []), ["journey", "Journey"], ...(clients ? [["clients", "Clients"] as const] : []), ["validity", "Believe"], ["environment", "Environment"], ["definitions", "Definitions"]])}
${service}
${overview(results, summary, { behindSheet: service !== undefined })}
<main>
${matrix(summary, anchors)}
${summary.map((scenario, index) =>
  scenarioSection(
    scenario,
    anchors.get(scenario.name) ?? "",
    charts[index] ?? [],
    charts.slice(0, index).flat().length,
    results,
  ),
)}
${scale}
${browser}
${agents}
${decisionSection(results, summary)}
${sizing}
${journeySection(results)}
${clients}
${validity(results, summary)}
</main>
<footer>notif-lab ${results.environment.notifLab}, ${results.startedAt}. <a href="#answer">Back to the answer</a></footer>
${dataScript(jsonText(charts.flat().map((chart) => chart.spec)), assets.deflate)}`;
  return documentOf(titleOf(results), "report", body, assets);
}

/** Characters of data from which on a page is better off with it compressed; below that a reader can look at it. */
const LARGE = 200_000;

function dataScript(json: string, deflate: HtmlAssets["deflate"]): Html {
  if (!deflate || json.length < LARGE)
    return html`<script type="application/json" id="charts">${new Html(json)}</script>`;
  return html`<script type="text/plain" id="charts" data-deflated>${new Html(deflate(json))}</script>`;
}
