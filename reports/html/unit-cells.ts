import type { Change } from "../model/comparison.ts";
import { verdictWords } from "../prose/comparison-words.ts";
import { effect } from "../prose/format.ts";
import { type Html, html } from "./html.ts";

/** The heads of the two columns that tell a change in units of the control; `over` is what is divided by what. */
export function unitHeads(control: string, over: string): Html {
  return html`<th scope="col" class="n">in ${control}, ${over}</th><th scope="col">verdict</th>`;
}

/** The cells below them. */
export function unitCells(byControl: Change | undefined): Html {
  const seen = byControl?.effect;
  return html`<td class="n">${seen ? effect(seen.ratio, seen.interval) : "–"}</td><td class="${byControl?.change ?? ""}">${byControl ? verdictWords(byControl).long : "–"}</td>`;
}
