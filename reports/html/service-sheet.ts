import type { Results } from "../../harness/result/result.ts";
import type { MetricKey } from "../metrics/catalogue.ts";
import { serviceIn, serviceSizing } from "../model/service.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { qualityLine } from "../prose/sentences.ts";
import { serviceAnswer, serviceCaveats, serviceText, serviceTitle } from "../prose/service.ts";
import { type Html, html } from "./html.ts";
import { sizingTable } from "./sizing-section.ts";
import { metricTable } from "./tables.ts";

const SHOWN: readonly MetricKey[] = ["deliveryP50", "deliveryP99", "receiptP50", "lost"];

/** One page that somebody can send: what a service takes on each transport, by this run alone. Undefined where the run has none. */
export function serviceSheet(results: Results, summary: readonly ScenarioSummary[]): Html | undefined {
  const service = serviceIn(summary);
  if (!service) return undefined;
  const { cells, name } = service;
  const sizing = serviceSizing(service, results);
  return html`<section id="service" class="service">
<h1>${serviceTitle(results)}</h1>
<p>${serviceText(service)}</p>
${serviceAnswer(service, results).map((sentence) => html`<p class="answer">${sentence}</p>`)}
<div class="service-tables"><div>${metricTable("How soon, and whether all came", cells, SHOWN, "spread")}</div>
${sizing.length > 0 ? html`<div><p class="caption">What it takes, with the arithmetic</p>${sizingTable("What it takes", sizing, cells)}</div>` : ""}</div>
<p class="caption" data-path="/blocks /trials/*/state /trials/*/metrics/processes/*/loopUtilization /environment">${qualityLine(results, [service])}.</p>
<p class="caption">${serviceCaveats(service, results).join(" ")} The figures are those of this report's section ${name}, and each can be traced from there.</p>
</section>`;
}
