import type { Place } from "../reports/decision/firmness.ts";
import { comparisonOf, type Figures, isSeen, type Seen } from "./figures.ts";
import type { ChoicePrediction } from "./lesson.ts";

/**
 * Why these options are the best: one lies apart from all others, `alone`; or they are `equal`; their intervals overlap, `noise`; `few` blocks let nobody tell;
 * or, by score, the lead is not proven, `unproven`; or there is no verdict at all, `unranked`.
 */
type How = "alone" | "equal" | "noise" | "few" | "unproven" | "unranked";

export interface Standing {
  /** Those that nothing tells apart from the first, in the order of the options; none where all are out. */
  readonly best: readonly string[];
  readonly how: How;
  readonly seen: ReadonlyMap<string, Seen>;
}

/** Which options are the best, as far as figures tell, or why that can't be said. Options that a requirement leaves out don't count. */
export function standing(
  { options, wins }: ChoicePrediction,
  figures: Figures,
): Standing | { readonly absent: string } {
  const seen = new Map<string, Seen>();
  const reasons: string[] = [];
  for (const { name, measure } of options) {
    const figure = figures[measure];
    if (isSeen(figure)) seen.set(name, figure);
    else if (!figure?.excluded) reasons.push(figure?.absent ?? "it was not run");
  }
  // The one that is missing might have won.
  if (reasons.length > 0) return { absent: [...new Set(reasons)].join("; ") };
  const isScored = [...seen.values()].some(({ place }) => place !== undefined);
  return { seen, ...(isScored ? byPlace(seen) : byFigure(seen, wins)) };
}

function byFigure(
  seen: ReadonlyMap<string, Seen>,
  wins: ChoicePrediction["wins"],
): Pick<Standing, "best" | "how"> {
  const sign = wins === "lowest" ? 1 : -1;
  const [first] = [...seen.values()].sort((a, b) => sign * (a.value - b.value));
  if (!first) return { best: [], how: "alone" };
  const best = [...seen].flatMap(([name, one]) => {
    const lies = one === first ? "first" : comparisonOf(one, first);
    return lies === "apart" ? [] : [{ name, lies }];
  });
  const some = (which: (typeof best)[number]["lies"]) => best.some(({ lies }) => lies === which);
  const how = some("few") ? "few" : some("overlapping") ? "noise" : some("equal") ? "equal" : "alone";
  return { best: best.map(({ name }) => name), how };
}

/** A score is told apart by the decision that it is of. */
function byPlace(seen: ReadonlyMap<string, Seen>): Pick<Standing, "best" | "how"> {
  const at = (...places: readonly Place[]) =>
    [...seen].filter(([, { place }]) => place && places.includes(place)).map(([name]) => name);
  if (at("unranked").length > 0) return { best: at("unranked"), how: "unranked" };
  const best = at("first", "open");
  if (at("open").length > 0) return { best, how: "unproven" };
  return { best, how: best.length > 1 ? "equal" : "alone" };
}
