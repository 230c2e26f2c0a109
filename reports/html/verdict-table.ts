import { METRICS, type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import type { AaPair, PairVerdict, Verdicts } from "../model/verdicts.ts";
import { effect, effectRange, quantity } from "../prose/format.ts";
import { listed, replicates } from "../prose/text.ts";
import { type Html, html } from "./html.ts";
import { pairsOf, tracedColumn } from "./traced.ts";

const COLUMNS = metricsIn("pairs");

/** Each pair of transports by the figures that decide; unfolded, nothing where no pair has three launches. */
export function verdictTable({ name, cells, verdicts, replicate }: ScenarioSummary): Html | undefined {
  const all = (key: MetricKey) => [...verdicts[key].pairs, ...verdicts[key].aaPairs];
  const keys = COLUMNS.filter((key) => all(key).length > 0);
  const names = new Map(
    keys.flatMap((key) => all(key).map((pair) => [JSON.stringify([pair.a, pair.b]), pair])),
  );
  if (names.size === 0) return undefined;
  const caption = `${name}: value of the first transport over that of the second, with an interval over ${replicates(replicate)} that holds for all pairs of a column at once (95 %)`;
  return html`<details class="verdicts" open><summary>Pairs of transports</summary><p class="caption">${caption}. A difference of up to 5 % is of no consequence. ${bandText(verdicts, keys)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col">pair</th>${keys.map((key) => html`<th scope="col" class="n"${tracedColumn(key)}>${METRICS[key].group}, ${METRICS[key].label}</th>`)}</tr></thead>
<tbody data-rule="ratio">${[...names.values()].map((pair) => {
    const { a, b } = pair;
    const [one, other] = [a, b].map((name) => cells.find(({ transport }) => transport === name));
    if (!one || !other) return "";
    const common = pairsOf(one, other, keys[0] ?? "deliveryP50");
    return html`<tr data-pairs="${common}"><th scope="row">${a} / ${b}${"band" in pair ? ", A/A" : ""}</th>${keys.map(
      (key) => {
        const own = pairsOf(one, other, key);
        return entry(
          all(key).find((found) => found.a === a && found.b === b),
          own === common ? undefined : html` data-pairs="${own}"`,
        );
      },
    )}</tr>`;
  })}</tbody></table></div></details>`;
}

function entry(pair: PairVerdict | AaPair | undefined, source: Html | undefined): Html {
  if (!pair) return html`<td>–</td>`;
  const { verdict, estimate } = pair;
  const verdictText = verdict === "different" ? html`<b>different</b>` : verdict;
  return html`<td${source}>${effect(estimate.ratio)}<small>${effectRange(estimate.interval)}<br>${verdictText}</small></td>`;
}

/** How far the same transport was from itself, where it ran under two names. */
function bandText(verdicts: Verdicts, keys: readonly MetricKey[]): string {
  const bands = keys.flatMap((key) => {
    const { aaBand, aaPairs } = verdicts[key];
    return aaPairs.length > 0
      ? `${quantity("share", aaBand)} (${METRICS[key].group}, ${METRICS[key].label})`
      : [];
  });
  return bands.length === 0
    ? ""
    : `An interval must also exceed how far one transport was from itself: ${listed(bands)}.`;
}
