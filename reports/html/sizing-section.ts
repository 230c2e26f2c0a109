import type { Results } from "../../harness/result/result.ts";
import { type Input, sizingOf, type TransportSizing } from "../model/sizing.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { type Html, html } from "./html.ts";
import { transportName } from "./marks.ts";
import { pointSource, trialsOf } from "./traced.ts";

/** What a server of one's own would need, by scenario, with the arithmetic and its inputs; nothing where no transport completed. */
export function sizingSection(results: Results, summary: readonly ScenarioSummary[]): Html | undefined {
  const tables = summary.flatMap((scenario) => {
    const transports = sizingOf(scenario, results);
    return transports.length > 0 ? [{ scenario, transports }] : [];
  });
  if (tables.length === 0) return undefined;
  return html`<section id="sizing"><h2>Sizing</h2>
<p>Worked out from the figures of each scenario, on the machine of this run; what goes beyond the connections or the throughput that were measured
is marked "extrapolated": a straight line, not a measurement.</p>
${tables.map(({ scenario: { name, cells }, transports }, place) => {
  const caption = `What a server needs by ${name}`;
  return html`<details${place === 0 ? html` open` : ""}><summary>${name}</summary>
${sizingTable(caption, transports, cells)}</details>`;
})}
</section>`;
}

/** A row a transport, a column a quantity, each with its arithmetic under it. */
export function sizingTable(
  caption: string,
  transports: readonly TransportSizing[],
  cells: ScenarioSummary["cells"],
): Html {
  const names = transports[0]?.lines.map((line) => line.name) ?? [];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="sizing">
<thead><tr><th scope="col">transport</th>${names.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>
<tbody>${transports.map(
    ({ transport, lines }) =>
      html`<tr><th scope="row">${transportName(transport, cells)}</th>${names.map((one) => {
        const line = lines.find((two) => two.name === one);
        if (!line) return html`<td>–</td>`;
        const value = line.value === undefined ? html`<span class="none">–</span>` : line.value;
        return html`<td>${value}${line.extrapolated ? html` <em>extrapolated</em>` : ""}<small>${line.arithmetic.map((part) => (typeof part === "string" ? spaced(part) : inputOf(part)))}</small></td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
}

/** Words between figures keep the spaces at their ends, which escaping would take. */
function spaced(words: string): Html {
  return html`${words.startsWith(" ") ? html` ` : ""}${words}${words.endsWith(" ") ? html` ` : ""}`;
}

/** A figure of the arithmetic, with where it is from. */
function inputOf(input: Input): Html {
  if ("path" in input) return html`<span data-path="${input.path}" data-rule="value">${input.text}</span>`;
  const { path, trials, rule } =
    "key" in input
      ? pointSource(input.cell, input.key)
      : { path: input.highest, trials: trialsOf(input.cell, input.cell.blockNumbers), rule: "highest" };
  return html`<span data-path="${path}" data-trials="${trials}" data-rule="${rule}">${input.text}</span>`;
}
