import type { Results } from "../../harness/result/result.ts";
import { medianOf } from "../../harness/statistics/estimate.ts";
import { observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { columnOf } from "../prose/format.ts";
import { type Html, html } from "./html.ts";
import { transportName } from "./marks.ts";
import { pointSource } from "./traced.ts";

const CAPTION = "CPU time of each message at a client, and of each delivery at the server";

/** What each client library costs beside the server; undefined where that was not measured. */
export function clientCosts(results: Results, summary: readonly ScenarioSummary[]): Html | undefined {
  const { clientCosts: costs = [], transports } = results;
  const shown = transports.flatMap((name) => {
    const index = costs.findIndex(({ transport }) => transport === name);
    const cost = costs[index];
    return cost ? [{ index, cost }] : [];
  });
  if (shown.length === 0) return undefined;
  const measured = shown.flatMap(({ index, cost }) =>
    "absent" in cost ? [] : [{ index, cost, median: medianOf(cost.usPerMessage) }],
  );
  const served = summary.filter(({ cells }) => cells.some((cell) => observed(cell, "cpu")));
  const values = [
    ...measured.map(({ median }) => median),
    ...served.flatMap(({ cells }) => cells.flatMap((cell) => observed(cell, "cpu")?.value ?? [])),
  ];
  const column = columnOf("micros", values);
  return html`<section id="clients"><h2>What a client library costs</h2>
<p>Clients were connected through a recorder, got one notification of 128 characters, and then got its bytes again and again, one message at a read and with no server
behind it. The CPU time of their process, reading from the kernel included, is what a message costs a subscriber. It is a part of each delivery that this run measured, and of no
server; the range of its measurements is below it.</p>
${
  measured.length === 0
    ? undefined
    : html`<p class="caption">${CAPTION}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${CAPTION}"><table class="figures">
<thead><tr><th scope="col">transport</th><th scope="col" class="n">client library <span class="unit">${column.suffix}</span></th><th scope="col" class="n">bytes of a message</th>${served.map(
        ({ name }) =>
          html`<th scope="col" class="n"><a href="#metric-cpu">server, ${name}</a> <span class="unit">${column.suffix}</span></th>`,
      )}</tr></thead>
<tbody>${measured.map(({ index, cost, median }) => {
        const path = `/clientCosts/${index}`;
        const [least, most] = [Math.min(...cost.usPerMessage), Math.max(...cost.usPerMessage)];
        const own = summary.flatMap(({ cells }) => cells);
        return html`<tr><th scope="row">${transportName(cost.transport, own)}</th>
<td data-path="${path}/usPerMessage" data-rule="median">${column.text(median)}<small>${column.text(least)} – ${column.text(most)}</small></td>
<td data-path="${path}/bytes" data-rule="value">${Math.round(cost.bytes).toLocaleString("en-US")}</td>${served.map(
          ({ cells }) => {
            const cell = cells.find(({ transport }) => transport === cost.transport);
            const cpu = cell && observed(cell, "cpu");
            if (!cell || !cpu) return html`<td><span class="none">–</span></td>`;
            const { path: at, trials, rule } = pointSource(cell, "cpu");
            return html`<td data-path="${at}" data-trials="${trials}" data-rule="${rule}">${column.text(cpu.value)}</td>`;
          },
        )}</tr>`;
      })}</tbody></table></div>`
}
${shown.map(({ cost }) => ("absent" in cost ? html`<p>${cost.transport}: not measured: ${cost.absent}</p>` : undefined))}
</section>`;
}
