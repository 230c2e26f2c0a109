import { METRICS, type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import type { AaPair, PairVerdict, Verdicts } from "../model/verdicts.ts";
import { effect, effectRange, quantity } from "../prose/format.ts";
import { listed } from "../prose/text.ts";
import { doubtText } from "../prose/verdict-words.ts";
import { type Html, html } from "./html.ts";
import { pairsOf, tracedColumn } from "./traced.ts";

const COLUMNS = metricsIn("pairs");

/** Each pair of wires by the figures that decide; unfolded once something is ranked, nothing where no pair has two blocks. */
export function verdictTable({ name, cells, verdicts }: ScenarioSummary): Html | undefined {
  const all = (key: MetricKey) => [...verdicts[key].pairs, ...verdicts[key].aaPairs];
  const keys = COLUMNS.filter((key) => all(key).length > 0);
  const names = new Map(
    keys.flatMap((key) => all(key).map((pair) => [JSON.stringify([pair.a, pair.b]), pair])),
  );
  if (names.size === 0) return undefined;
  const caption = `${name}: value of the first wire over that of the second, with the 95 % interval over blocks`;
  const ranked = keys.some((key) => all(key).some(({ verdict }) => verdict !== "unranked"));
  return html`<details class="verdicts"${ranked ? html` open` : ""}><summary>Pairs of wires</summary><p class="caption">${caption}. ${marginText(verdicts, keys)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col">pair</th>${keys.map((key) => html`<th scope="col" class="n"${tracedColumn(key)}>${METRICS[key].group}, ${METRICS[key].label}</th>`)}</tr></thead>
<tbody data-rule="ratio">${[...names.values()].map((pair) => {
    const { a, b } = pair;
    const [one, other] = [a, b].map((wire) => cells.find(({ transport }) => transport === wire));
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
  const { verdict, comparison } = pair;
  const doubt = verdict === "inconclusive" ? `: ${doubtText(pair)}` : "";
  const told = verdict === "different" ? html`<b>different</b>` : `${verdict}${doubt}`;
  return html`<td${source}>${effect(comparison.ratio)}<small>${effectRange(comparison.interval95)}<br>${told}</small></td>`;
}

/** The margin of each column, and where it comes from when it is not the least one. */
function marginText(verdicts: Verdicts, keys: readonly MetricKey[]): string {
  const margins = keys.map((key) => {
    const { margin, aaPairs } = verdicts[key];
    const widest = aaPairs.find(({ band }) => band === margin);
    const source = widest ? `, the A/A band of ${widest.a} and ${widest.b}` : "";
    return {
      label: `${METRICS[key].group}, ${METRICS[key].label}`,
      text: `${quantity("share", margin)}${source}`,
    };
  });
  const [first] = margins;
  if (!first) return "";
  if (margins.every(({ text }) => text === first.text)) return `Margin: ${first.text}.`;
  return `Margins: ${listed(margins.map(({ label, text }) => `${text} (${label})`))}.`;
}
