import type { Results } from "../../harness/result/result.ts";
import type { MetricKey } from "../metrics/catalogue.ts";
import { observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { scaleCaveat, scaleStories } from "../prose/scale.ts";
import { type Html, html } from "./html.ts";
import { metricTable } from "./tables.ts";

const SHOWN: readonly MetricKey[] = [
  "lost",
  "duplicated",
  "deliveryP50",
  "deliveryP99",
  "sameNodeP50",
  "otherNodeP50",
  "sameNodeP99",
  "otherNodeP99",
  "cpu",
  "backplaneCpu",
  "backplaneCommands",
  "backplaneBytesIn",
  "backplaneBytesOut",
  "balancerCpu",
];

/** What several nodes cost and lose; undefined where nothing ran on any. */
export function scaleSection(
  results: Results,
  summary: readonly ScenarioSummary[],
  anchors: ReadonlyMap<string, string>,
): Html | undefined {
  const stories = scaleStories(results);
  if (stories.length === 0) return undefined;
  return html`<section id="scale"><h2>Scale</h2>
<p>${scaleCaveat(results)}</p>
${stories.map(({ scenario, setup, sentences }) => {
  const cells = summary.find(({ name }) => name === scenario)?.cells ?? [];
  const keys = SHOWN.filter((key) => cells.some((cell) => observed(cell, key)));
  return html`<h3><a href="#${anchors.get(scenario) ?? ""}">${scenario}</a></h3>
<ul>${sentences.map((one) => html`<li>${one}</li>`)}</ul>
${metricTable(`${scenario} on ${setup}`, cells, keys, "spread")}`;
})}
</section>`;
}
