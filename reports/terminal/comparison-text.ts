import { METRICS } from "../metrics/catalogue.ts";
import { type ComparedScenario, isReported, REPORTED, type RunComparison } from "../model/comparison.ts";
import { valueText, verdictText } from "../prose/comparison-words.ts";
import { controlText, unitsText } from "../prose/control-words.ts";
import { effect } from "../prose/format.ts";
import { plain, wrapped } from "../prose/text.ts";
import { ascii, inks } from "./ink.ts";
import type { TerminalOptions } from "./terminal.ts";

const WIDTHS = [14, 12, 12, 22, 20] as const;

/** The comparison on a terminal of 80 columns: for each scenario and transport a line a metric, then the notes. */
export function renderComparison(comparison: RunComparison, options: TerminalOptions): string {
  const { bold, yellow } = inks(options.color);
  const { a, b, differences, notes, scenarios, control } = comparison;
  const width = Math.max(80, options.width);
  const text = [
    bold("B against A"),
    wrapped(plain(`A  ${a.startedAt}  ${a.command}`), width, "   "),
    wrapped(plain(`B  ${b.startedAt}  ${b.command}`), width, "   "),
    ...scenarios.flatMap((scenario) => ["", ...scenarioLines(scenario, comparison, options, width)]),
    "",
    wrapped(
      "Effect: B/A, block by block, with a 95 % interval for all transports of a metric at once; inconclusive (+7): seven more blocks in each run would decide it, if effect and noise are as they appear (80 % power).",
      width,
    ),
    ...(control
      ? [
          wrapped(
            `in ${plain(control.transport)}: the same in units of the control (${plain(control.transport)} in the same launch), which cancels most of a difference between machines.`,
            width,
          ),
        ]
      : []),
    ...[...differences, ...(control ? [controlText(control)] : []), ...notes].map(
      (one) => `${yellow("!")} ${wrapped(plain(one), width - 2, "  ")}`,
    ),
  ].join("\n");
  return `${(options.unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

function scenarioLines(
  { name, transports }: ComparedScenario,
  { control }: RunComparison,
  options: TerminalOptions,
  width: number,
): string[] {
  const { bold, dim, green, red } = inks(options.color);
  const ink = { better: green, worse: red };
  return [
    bold(wrapped(plain(name), width)),
    dim(row(["", "A", "B", "effect", "verdict"])),
    ...transports.flatMap(({ transport, states, metrics }) => [
      wrapped(plain(states === "" ? transport : `${transport} (${states})`), width),
      ...REPORTED.flatMap((key) => {
        const one = metrics.find(({ metric }) => metric === key);
        if (!one || !isReported(one)) return [];
        const figures = [one.a, one.b];
        const seen = one.effect ? effect(one.effect.ratio, one.effect.interval) : "–";
        const line = row([
          `  ${METRICS[key].short}`,
          valueText(key, figures, 0),
          valueText(key, figures, 1),
          seen,
          verdictText(one),
        ]);
        const lines = [one.change ? ink[one.change](line) : line];
        const { byControl } = one;
        if (!control || !byControl) return lines;
        const inUnits = row([
          `   in ${plain(control.transport)}`,
          unitsText(byControl.a),
          unitsText(byControl.b),
          byControl.effect ? effect(byControl.effect.ratio, byControl.effect.interval) : "–",
          verdictText(byControl),
        ]);
        return [...lines, byControl.change ? ink[byControl.change](inUnits) : dim(inUnits)];
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
