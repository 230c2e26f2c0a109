import type { Results } from "../../harness/result.ts";
import { titleOf } from "../sentences.ts";
import { summarize } from "../summary.ts";
import { anchorsOf } from "./anchors.ts";
import { chartsOf } from "./charts.ts";
import { DECISION_SCRIPT } from "./decision-script.ts";
import { decisionSection } from "./decision-section.ts";
import { DECISION_STYLE } from "./decision-style.ts";
import { jsonText, scriptText } from "./embed.ts";
import { Html, html } from "./html.ts";
import { journeySection } from "./journey-section.ts";
import { JOURNEY_STYLE } from "./journey-style.ts";
import { markerShapes } from "./marks.ts";
import { matrix } from "./matrix.ts";
import { navigation, overview } from "./overview.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { scenarioSection } from "./scenario-section.ts";
import { sizingSection } from "./sizing-section.ts";
import { STYLE } from "./style.ts";
import { validity } from "./validity.ts";

/** What the page needs from outside, since a report reads no file and imports no builtin. */
export interface HtmlAssets {
  /** The text of chart.js/dist/chart.umd.js. */
  readonly chartJs: string;
  /** SHA-256 in base64. With it only the page's own scripts can run; without, the page still can't load anything. */
  readonly sha256?: (text: string) => string;
  /** Raw DEFLATE (RFC 1951) in base64, for the data of a page with many pictures. */
  readonly deflate?: (text: string) => string;
}

/** One file that opens offline and asks nothing of a network; the same results give the same bytes. */
export function renderHtml(results: Results, { chartJs, sha256, deflate }: HtmlAssets): string {
  const summary = summarize(results);
  const charts = summary.map((scenario) => chartsOf(scenario, results));
  const anchors = anchorsOf(summary.map(({ name }) => name));
  const sizing = sizingSection(results, summary);
  const scripts = [chartJs, PAGE_SCRIPT, DECISION_SCRIPT].map(scriptText);
  const sources = sha256 ? scripts.map((text) => `'sha256-${sha256(text)}'`).join(" ") : "'unsafe-inline'";
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${sources}; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${titleOf(results)}</title>
<style>${new Html(STYLE + DECISION_STYLE + JOURNEY_STYLE)}</style>
</head>
<body>
${markerShapes()}
${navigation(summary, anchors, [["decide", "Decide"], ...(sizing ? [["sizing", "Sizing"] as const] : []), ["journey", "Journey"], ["validity", "Believe"], ["environment", "Environment"], ["definitions", "Definitions"]])}
${overview(results, summary)}
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
${decisionSection(results, summary)}
${sizing}
${journeySection(results)}
${validity(results, summary)}
</main>
<footer>notif-lab ${results.environment.notifLab}, ${results.startedAt}. <a href="#answer">Back to the answer</a></footer>
${dataScript(jsonText(charts.flat().map((chart) => chart.spec)), deflate)}
${scripts.map((text) => html`<script>${new Html(text)}</script>\n`)}</body>
</html>
`;
  return page.markup;
}

/** Characters of data from which on a page is better off with it compressed; below that a reader can look at it. */
const LARGE = 200_000;

function dataScript(json: string, deflate: HtmlAssets["deflate"]): Html {
  if (!deflate || json.length < LARGE)
    return html`<script type="application/json" id="charts">${new Html(json)}</script>`;
  return html`<script type="text/plain" id="charts" data-deflated>${new Html(deflate(json))}</script>`;
}
