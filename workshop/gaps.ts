import { counted, listed } from "../reports/prose/text.ts";
import { type Figures, isSeen } from "./figures.ts";

/** As many reasons as anybody reads. */
const MOST_REASONS = 3;

/** "5 of 13 figures, since sse was invalid; and since mqtt was not run"; undefined where none is missing that was wanted. */
export function notMeasuredText(figures: Figures): string | undefined {
  const wanted = Object.values(figures).filter((one) => isSeen(one) || !one.excluded);
  const absent = wanted.flatMap((one) => (isSeen(one) ? [] : one.absent));
  if (absent.length === 0) return undefined;
  return `${absent.length} of ${counted(wanted.length, "figure")}, since ${reasonsText(absent)}`;
}

/** Which figures have too few blocks for an interval, and why; undefined where none has. */
export function fewBlocksText(figures: Figures): string | undefined {
  const groups = new Map<string, { readonly names: string[]; readonly tail: string }>();
  for (const [name, figure] of Object.entries(figures)) {
    if (!isSeen(figure) || figure.exact || figure.place || figure.interval || figure.blocks >= 3) continue;
    const { blocks, missing } = figure;
    const tail = `${counted(blocks, "block")}${missing === undefined ? "" : `, since ${missing}`}`;
    const group = groups.get(tail) ?? { names: [], tail };
    group.names.push(`"${name}"`);
    groups.set(tail, group);
  }
  if (groups.size === 0) return undefined;
  const parts = [...groups.values()].map(
    ({ names, tail }) => `${listed(names)} ${names.length === 1 ? "rests" : "rest"} on ${tail}`,
  );
  return `Too little for an interval, which needs three blocks: ${parts.join("; ")}. Whether they are higher or lower than other figures is left open.`;
}

function reasonsText(reasons: readonly string[]): string {
  const distinct = [...new Set(reasons)];
  const told = distinct.slice(0, MOST_REASONS).join("; and since ");
  const more = distinct.length - MOST_REASONS;
  return more > 0 ? `${told}; and for ${counted(more, "further reason")}` : told;
}
