import { METRICS, type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import type { ComparedMetric, ComparedScenario, RunComparison } from "../model/comparison.ts";
import { columnOf, effect } from "../prose/format.ts";
import { plain, wrapped } from "../prose/text.ts";
import { ascii, inks } from "./ink.ts";
import type { TerminalOptions } from "./terminal.ts";

/** The metrics that are told; the JSON has the others too. */
export const TOLD = metricsIn("comparison");

const WIDTHS = [14, 12, 12, 22, 20] as const;

/** The comparison on a terminal of 80 columns: for each scenario and wire a line a metric, then the notes. */
export function renderComparison(comparison: RunComparison, options: TerminalOptions): string {
  const { bold, yellow } = inks(options.color);
  const { a, b, differences, notes, scenarios } = comparison;
  const width = Math.max(80, options.width);
  const text = [
    bold("B against A"),
    wrapped(plain(`A  ${a.startedAt}  ${a.command}`), width, "   "),
    wrapped(plain(`B  ${b.startedAt}  ${b.command}`), width, "   "),
    ...scenarios.flatMap((scenario) => ["", ...scenarioLines(scenario, options, width)]),
    "",
    wrapped(
      "Effect: B/A, block by block, with a 95 % interval for all wires of a metric at once; not told (+7): seven blocks more in each run would tell, should effect and noise be what they look like (80 % power).",
      width,
    ),
    ...[...differences, ...notes].map((one) => `${yellow("!")} ${wrapped(plain(one), width - 2, "  ")}`),
  ].join("\n");
  return `${(options.unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

/** Whether there is something to tell of it: a figure in one of the runs, and of faults one that happened. */
export function isTold({ metric, a, b }: ComparedMetric): boolean {
  const shown = [a, b].filter((one) => one.kind === "observed");
  return METRICS[metric].combine ? shown.some(({ value }) => value > 0) : shown.length > 0;
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

/** "worse", "equal", "not told (+7)": seven more blocks would tell; what has no verdict says so. */
export function verdictText({ verdict, change, furtherLaunches, effect: seen }: ComparedMetric): string {
  if (verdict === "different") return change ?? verdict;
  if (verdict === "not told")
    return furtherLaunches === undefined ? "not told" : `not told (+${furtherLaunches})`;
  if (verdict === "practically equal") return "equal";
  if (verdict) return verdict;
  return seen ? "no verdict" : "–";
}

function scenarioLines({ name, wires }: ComparedScenario, options: TerminalOptions, width: number): string[] {
  const { bold, dim, green, red } = inks(options.color);
  const ink = { better: green, worse: red };
  return [
    bold(wrapped(plain(name), width)),
    dim(row(["", "A", "B", "effect", "verdict"])),
    ...wires.flatMap(({ transport, states, metrics }) => [
      wrapped(plain(states === "" ? transport : `${transport} (${states})`), width),
      ...TOLD.flatMap((key) => {
        const one = metrics.find(({ metric }) => metric === key);
        if (!one || !isTold(one)) return [];
        const figures = [one.a, one.b];
        const seen = one.effect ? effect(one.effect.ratio, one.effect.interval) : "–";
        const line = row([
          `  ${METRICS[key].short}`,
          valueText(key, figures, 0),
          valueText(key, figures, 1),
          seen,
          verdictText(one),
        ]);
        return one.change ? ink[one.change](line) : line;
      }),
    ]),
  ];
}

/** The label to the left, all else to the right of its column, cut where it is too long. */
function row(texts: readonly string[]): string {
  return texts
    .map((text, index) => {
      const width = WIDTHS[index] ?? 0;
      return index === 0 ? text.slice(0, width).padEnd(width) : text.slice(0, width - 1).padStart(width);
    })
    .join("");
}
