import { effect, effectRange, quantity } from "../format.ts";
import { METRICS, type MetricKey } from "../metrics.ts";
import type { ScenarioSummary } from "../summary.ts";
import { listed } from "../text.ts";
import { doubtText } from "../verdict-words.ts";
import type { PairVerdict, Verdicts } from "../verdicts.ts";
import { type Html, html } from "./html.ts";

const COLUMNS: readonly MetricKey[] = ["deliveryP50", "deliveryP99", "cpu", "bytes", "rss"];

/** Each pair of wires by the figures that decide; unfolded once something is ranked, nothing where no pair has two blocks. */
export function verdictTable({ name, verdicts }: ScenarioSummary): Html | undefined {
  const keys = COLUMNS.filter((key) => verdicts[key].pairs.length > 0);
  const names = new Map(
    keys.flatMap((key) => verdicts[key].pairs.map((pair) => [JSON.stringify([pair.a, pair.b]), pair])),
  );
  if (names.size === 0) return undefined;
  const caption = `${name}: value of the first wire over that of the second, with the 95 % interval over blocks`;
  const ranked = keys.some((key) => verdicts[key].ranks.size > 0);
  return html`<details class="verdicts"${ranked ? html` open` : ""}><summary>Pairs of wires</summary><p class="caption">${caption}. ${marginText(verdicts, keys)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col">pair</th>${keys.map((key) => html`<th scope="col" class="n">${METRICS[key].group}, ${METRICS[key].label}</th>`)}</tr></thead>
<tbody>${[...names.values()].map(
    ({ a, b }) =>
      html`<tr><th scope="row">${a} / ${b}</th>${keys.map((key) => entry(verdicts[key].pairs.find((pair) => pair.a === a && pair.b === b)))}</tr>`,
  )}</tbody></table></div></details>`;
}

function entry(pair: PairVerdict | undefined): Html {
  if (!pair) return html`<td>–</td>`;
  const { verdict, comparison } = pair;
  const doubt = verdict === "inconclusive" ? `: ${doubtText(pair)}` : "";
  const told = verdict === "different" ? html`<b>different</b>` : `${verdict}${doubt}`;
  return html`<td>${effect(comparison.ratio)}<small>${effectRange(comparison.interval95)}<br>${told}</small></td>`;
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
