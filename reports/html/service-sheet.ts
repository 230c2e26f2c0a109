import type { Results } from "../../harness/result/result.ts";
import type { MetricKey } from "../metrics/catalogue.ts";
import { serviceIn, serviceSizing } from "../model/service.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { qualityLine } from "../prose/sentences.ts";
import { machineText, serviceAnswer, serviceText } from "../prose/service.ts";
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
  const others = summary.some((one) => one.name === "reconnect-storm");
  return html`<section id="service" class="service">
<h1>For this service, on this machine</h1>
<p>${serviceText(service)}</p>
${serviceAnswer(service, results).map((sentence) => html`<p class="answer">${sentence}</p>`)}
<div class="service-tables"><div>${metricTable("How soon, and whether all came", cells, SHOWN, "spread")}</div>
${sizing.length > 0 ? html`<div><p class="caption">What it takes, with the arithmetic</p>${sizingTable("What it takes", sizing, cells)}</div>` : ""}</div>
<p class="caption" data-path="/blocks /trials/*/state /trials/*/metrics/processes/*/loopUtilization /environment">${qualityLine(results, [service])}.</p>
<p class="caption">Measured on ${machineText(results)}, ${results.startedAt.slice(0, 10)}, on loopback: your network's round trips come on top of every latency. ${
    others
      ? html`How soon all are back after a break is in the section on reconnect-storm.`
      : html`Not measured in this run: how soon all are back after a break (<code>--scenarios ${name},reconnect-storm</code>).`
  } Not in any of this: TLS, a database, several nodes. The figures are those of this report's section ${name}, and each can be traced from there.</p>
</section>`;
}
