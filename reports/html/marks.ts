import { type Cell, isCold } from "../model/cell.ts";
import { lookOf, type Marker, type Shown } from "../model/looks.ts";
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

/** Markers as SVG around (7, 7), by Chart.js's names. */
export const SHAPES: Record<Marker, string> = {
  circle: '<circle cx="7" cy="7" r="4.5"/>',
  triangle: '<path d="M7 2 12 11.5H2z"/>',
  rect: '<path d="M2.5 2.5h9v9h-9z"/>',
  rectRot: '<path d="M7 1.5 12.5 7 7 12.5 1.5 7z"/>',
  cross: '<path d="M7 1.5v11M1.5 7h11"/>',
  star: '<path d="M7 1.5v11M1.5 7h11M3 3l8 8M3 11l8-8"/>',
  crossRot: '<path d="M3 3l8 8M3 11l8-8"/>',
  rectRounded: '<rect x="2.5" y="2.5" width="9" height="9" rx="3"/>',
};

/** A transport's name behind the marker it has in the charts. */
export function transportName(transport: string, shown: readonly Shown[]): Html {
  const { color, marker, hollow } = lookOf(transport, shown);
  const fill = hollow ? "none" : color;
  return html`<span class="transport"><svg class="marker" aria-hidden="true" fill="${fill}" stroke="${color}"><use href="#${marker}"/></svg><span>${transport}</span></span>`;
}

/** The markers' shapes, once a page. */
export function markerShapes(): Html {
  return html`<svg width="0" height="0" aria-hidden="true" class="shapes">${Object.entries(SHAPES).map(
    ([marker, shape]) => html`<symbol id="${marker}" viewBox="0 0 14 14">${new Html(shape)}</symbol>`,
  )}</svg>`;
}

/** A transport's state if it is not plainly completed: a sign and a word, so that it survives print and colour blindness. */
export function stateMark(cell: Cell): Html | undefined {
  if (cell.state !== "completed")
    return html` <span class="state ${cell.state}"><span aria-hidden="true">${SIGNS[cell.state]}</span> ${cell.state === "missing" ? "not run" : cell.state}</span>`;
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
