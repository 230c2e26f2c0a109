import type { ComparedMetric, RunComparison } from "./comparison.ts";
import { TOLD, valueText } from "./comparison-text.ts";
import { effect } from "./format.ts";
import { METRICS } from "./metrics.ts";
import { counted, listed } from "./text.ts";

/** More changes than these are counted, not named. */
const NAMED_CHANGES = 12;

/** A verdict as one says it: in a word or two, and with what would end a doubt. */
export function verdictWords({ verdict, change, furtherBlocks, effect: seen, margin = 0 }: ComparedMetric): {
  readonly short: string;
  readonly long: string;
} {
  if (change) return { short: change, long: change };
  if (verdict === "tie")
    return { short: "tie", long: `tie: within ${Number((margin * 100).toPrecision(2))} %` };
  if (verdict === "inconclusive")
    return {
      short: "can’t tell",
      long:
        furtherBlocks === undefined
          ? "can’t tell: too close to the margin"
          : `can’t tell: ${counted(furtherBlocks, "more block")} would`,
    };
  if (verdict === "unranked" || seen) return { short: "too few", long: "too few blocks to judge" };
  return { short: "–", long: "–" };
}

/** A figure that two runs have, with where it is of. */
export interface ToldFigure {
  readonly scenario: string;
  readonly transport: string;
  readonly compared: ComparedMetric;
}

/** How many of the figures told got better, worse, or can't be told from what they were; `runs` are the two, as one says them. */
export function verdictCounts(told: readonly ToldFigure[], runs: string): string {
  const judged = told.filter(({ compared: { verdict } }) => verdict && verdict !== "unranked");
  if (told.length === 0) return `${capital(runs)} have no figure in common.`;
  if (judged.length === 0)
    return `Nothing is judged: none of the ${counted(told.length, "figure")} rests on 10 blocks that ${runs} have.`;
  const many = (keep: (one: ComparedMetric) => boolean) =>
    judged.filter(({ compared }) => keep(compared)).length;
  const parts = [
    [many(({ change }) => change === "worse"), "got worse"],
    [many(({ change }) => change === "better"), "got better"],
    [many(({ verdict }) => verdict === "tie"), "tie"],
    [many(({ verdict }) => verdict === "inconclusive"), "can’t be told"],
    [told.length - judged.length, "have too few blocks"],
  ] as const;
  const texts = parts.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`);
  return `Of ${counted(told.length, "figure")} that ${runs} have, ${listed(texts)}.`;
}

/** The figures that changed beyond doubt, the worse ones first and the largest effects before others. */
export function changesOf(
  told: readonly ToldFigure[],
): { readonly change: "better" | "worse"; readonly text: string }[] {
  const size = ({ effect: seen }: ComparedMetric) => Math.abs(Math.log(seen?.ratio ?? 1));
  const changed = told.flatMap((one) => (one.compared.change ? { ...one, change: one.compared.change } : []));
  const sorted = ["worse", "better"].flatMap((kind) =>
    changed.filter(({ change }) => change === kind).sort((a, b) => size(b.compared) - size(a.compared)),
  );
  return sorted.slice(0, NAMED_CHANGES).map(({ scenario, transport, compared, change }) => {
    const { group, label } = METRICS[compared.metric];
    const [was, now] = [0, 1].map((index) => valueText(compared.metric, [compared.a, compared.b], index));
    const ratio = compared.effect ? effect(compared.effect.ratio, compared.effect.interval) : "";
    return {
      change,
      text: `${transport} in ${scenario}: ${group}, ${label} from ${was} to ${now}, ${ratio}`,
    };
  });
}

/** Those of a comparison, of the metrics that every report of one tells. */
export function toldOf({ scenarios }: RunComparison): ToldFigure[] {
  return scenarios.flatMap(({ name, wires }) =>
    wires.flatMap(({ transport, metrics }) =>
      metrics.flatMap((compared) =>
        compared.effect && TOLD.some(([key]) => key === compared.metric)
          ? [{ scenario: name, transport, compared }]
          : [],
      ),
    ),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
