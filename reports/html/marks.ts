import { MARKERS } from "../../transports/port/markers.ts";
import { type Cell, isCold, stateWord } from "../model/cell.ts";
import { lookOf, type Shown } from "../model/looks.ts";
import { countedReplicates } from "../prose/text.ts";
import { Html, html } from "./html.ts";

const SIGNS: Record<Cell["state"], string> = {
  completed: "",
  saturated: "▲",
  invalid: "!",
  failed: "✕",
  skipped: "→",
  missing: "?",
};

/** A transport's name behind the marker it has in the charts. */
export function transportName(transport: string, shown: readonly Shown[]): Html {
  const { color, marker, hollow } = lookOf(transport, shown);
  const fill = hollow ? "none" : color;
  return html`<span class="transport"><svg class="marker" aria-hidden="true" fill="${fill}" stroke="${color}"><use href="#${marker}"/></svg><span>${transport}</span></span>`;
}

/** The markers' shapes, once a page. */
export function markerShapes(): Html {
  return html`<svg width="0" height="0" aria-hidden="true" class="shapes">${Object.entries(MARKERS).map(
    ([marker, shape]) => html`<symbol id="${marker}" viewBox="0 0 14 14">${new Html(shape)}</symbol>`,
  )}</svg>`;
}

/** A transport's state if it is not plainly completed: a sign and a word, so that it survives print and colour blindness. */
export function stateMark(cell: Cell): Html | undefined {
  if (cell.state !== "completed")
    return html` <span class="state ${cell.state}"><span aria-hidden="true">${SIGNS[cell.state]}</span> ${stateWord(cell.state)}</span>`;
  const used = cell.blockNumbers.length;
  // A trial that was run once more, and stands for its block, left no gap.
  const all = new Set([...cell.problems.flatMap((one) => one.blocks), ...cell.blockNumbers]).size;
  return all === used
    ? undefined
    : html` <span class="state partial">${used} of ${countedReplicates(all, cell.replicate)}</span>`;
}

/** Whether a launch of it was measured though its warm-up still changed; the notes say which and by how much. */
export function coldMark(cell: Cell): Html | undefined {
  return isCold(cell) ? html` <span class="state partial">cold</span>` : undefined;
}
