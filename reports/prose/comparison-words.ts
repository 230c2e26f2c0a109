import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Change, type ComparedMetric, REPORTED, type RunComparison } from "../model/comparison.ts";
import { columnOf, effect } from "./format.ts";
import { counted, listed } from "./text.ts";

/** Of each kind of change; more are counted, not named. */
const NAMED_CHANGES = 6;

/** A verdict as one says it: in a word or two, and with what would end a doubt. */
export function verdictWords({ verdict, change, furtherLaunches, effect: seen, margin = 0 }: Change): {
  readonly short: string;
  readonly long: string;
} {
  if (change) return { short: change, long: change };
  if (verdict === "practically equal")
    return {
      short: "equal",
      long: `practically equal: within ${Number((margin * 100).toPrecision(2))} %`,
    };
  if (verdict === "inconclusive")
    return {
      short: "inconclusive",
      long:
        furtherLaunches === undefined
          ? "inconclusive: too close to the margin"
          : `inconclusive: ${furtherLaunches} more in each run would decide it (80 % power)`,
    };
  if (seen) return { short: "too few", long: "too few in common for a verdict" };
  return { short: "–", long: "–" };
}

/** A figure that two runs have, with where it is of. */
export interface ReportedFigure {
  readonly scenario: string;
  readonly transport: string;
  readonly compared: ComparedMetric;
}

/** How many of the figures got better, worse, or can't be told apart from what they were; `runs` are the two, as one says them. */
export function verdictCounts(reported: readonly ReportedFigure[], runs: string): string {
  const tested = reported.filter(({ compared: { verdict } }) => verdict !== undefined);
  if (reported.length === 0) return `${capital(runs)} have no figure in common.`;
  if (tested.length === 0)
    return `Nothing has a verdict: none of the ${counted(reported.length, "figure")} rests on three blocks or launches that ${runs} have.`;
  const many = (keep: (one: ComparedMetric) => boolean) =>
    tested.filter(({ compared }) => keep(compared)).length;
  const parts = [
    [many(({ change }) => change === "worse"), "got worse"],
    [many(({ change }) => change === "better"), "got better"],
    [many(({ verdict }) => verdict === "practically equal"), "are practically equal"],
    [many(({ verdict }) => verdict === "inconclusive"), "are inconclusive"],
    [reported.length - tested.length, "have too few launches or blocks"],
  ] as const;
  const texts = parts.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`);
  return `Of ${counted(reported.length, "figure")} that ${runs} have, ${listed(texts)}.`;
}

/** The figures that changed beyond doubt, the worse ones first and the largest effects before others; the rest is counted. */
export function changesOf(
  reported: readonly ReportedFigure[],
): { readonly change: "better" | "worse"; readonly text: string }[] {
  return (["worse", "better"] as const).flatMap((change) => {
    const changed = reported
      .filter(({ compared }) => compared.change === change)
      .sort((a, b) => sizeOf(b.compared) - sizeOf(a.compared));
    const more = changed.length - NAMED_CHANGES;
    return [
      ...changed.slice(0, NAMED_CHANGES).map((one) => ({ change, text: changeText(one) })),
      ...(more > 0 ? [{ change, text: `${counted(more, "more figure")} by less, listed below` }] : []),
    ];
  });
}

function changeText({
  scenario,
  transport,
  compared: { metric, a, b, effect: seen },
}: ReportedFigure): string {
  const { group, label } = METRICS[metric];
  const [was, now] = [0, 1].map((index) => valueText(metric, [a, b], index));
  const ratio = seen ? effect(seen.ratio, seen.interval) : "";
  return `${transport} in ${scenario}: ${group}, ${label} from ${was} to ${now}, ${ratio}`;
}

function sizeOf({ effect: seen }: ComparedMetric): number {
  return Math.abs(Math.log(seen?.ratio ?? 1));
}

/** Those of a comparison, of the metrics that every report of a comparison has. */
export function reportedOf({ scenarios }: RunComparison): ReportedFigure[] {
  return scenarios.flatMap(({ name, transports }) =>
    transports.flatMap(({ transport, metrics }) =>
      metrics.flatMap((compared) =>
        compared.effect && REPORTED.includes(compared.metric)
          ? [{ scenario: name, transport, compared }]
          : [],
      ),
    ),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A figure's value alone, or why there is none. */
export function valueText(metric: MetricKey, figures: readonly ComparedMetric["a"][], index: number): string {
  const figure = figures[index];
  if (!figure || figure.kind === "absent") return "–";
  if (figure.kind === "unresolved") return "unresolved";
  if (figure.kind === "unsupported") return "too few";
  const values = figures.flatMap((one) => (one.kind === "observed" ? [one.value] : []));
  const { text, suffix } = columnOf(METRICS[metric].unit, values);
  return `${text(figure.value)}${suffix === "" || suffix === "/s" ? suffix : ` ${suffix}`}`;
}

/** "worse", "equal", "inconclusive (+7)": seven more launches would decide it; what has no verdict says so. */
export function verdictText({ verdict, change, furtherLaunches, effect: seen }: Change): string {
  if (verdict === "different") return change ?? verdict;
  if (verdict === "inconclusive")
    return furtherLaunches === undefined ? "inconclusive" : `inconclusive (+${furtherLaunches})`;
  if (verdict === "practically equal") return "equal";
  if (verdict) return verdict;
  return seen ? "no verdict" : "–";
}
