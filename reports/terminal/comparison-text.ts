import { METRICS } from "../metrics/catalogue.ts";
import { type ComparedScenario, isReported, REPORTED, type RunComparison } from "../model/comparison.ts";
import { valueText, verdictText } from "../prose/comparison-words.ts";
import { controlText, unitsText } from "../prose/control-words.ts";
import { effect } from "../prose/format.ts";
import { plain, replicates, wrapped } from "../prose/text.ts";
import { aligned, columnWidths } from "./columns.ts";
import { ascii, inks } from "./ink.ts";
import type { TerminalOptions } from "./terminal.ts";

const LEAST_WIDTHS = [14, 12, 12, 20, 16] as const;

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
      `Effect: B/A, ${b.replicate} by ${b.replicate}, with a 95 % interval for all transports of a metric at once; inconclusive (+7): seven more ${replicates(b.replicate)} in each run would decide it, if effect and noise are as they appear (80 % power).`,
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
  const parts = transports.map(({ transport, states, metrics }) => ({
    name: states === "" ? transport : `${transport} (${states})`,
    rows: REPORTED.flatMap((key) => {
      const one = metrics.find(({ metric }) => metric === key);
      if (!one || !isReported(one)) return [];
      const figures = [one.a, one.b];
      const texts = [
        `  ${METRICS[key].short}`,
        valueText(key, figures, 0),
        valueText(key, figures, 1),
        one.effect ? effect(one.effect.ratio, one.effect.interval) : "–",
        verdictText(one),
      ];
      const own = { texts, ink: one.change ? ink[one.change] : (line: string) => line };
      const { byControl } = one;
      if (!control || !byControl) return [own];
      const inUnits = [
        `   in ${plain(control.transport)}`,
        unitsText(byControl.a),
        unitsText(byControl.b),
        byControl.effect ? effect(byControl.effect.ratio, byControl.effect.interval) : "–",
        verdictText(byControl),
      ];
      return [own, { texts: inUnits, ink: byControl.change ? ink[byControl.change] : dim }];
    }),
  }));
  const head = ["", "A", "B", "effect", "verdict"];
  const widths = columnWidths(
    [head, ...parts.flatMap(({ rows }) => rows.map(({ texts }) => texts))],
    LEAST_WIDTHS,
  );
  return [
    bold(wrapped(plain(name), width)),
    dim(aligned(head, widths)),
    ...parts.flatMap((part) => [
      wrapped(plain(part.name), width),
      ...part.rows.map((row) => row.ink(aligned(row.texts, widths))),
    ]),
  ];
}
