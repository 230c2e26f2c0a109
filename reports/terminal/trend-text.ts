import { METRICS } from "../metrics/catalogue.ts";
import type { Trend, TrendLine, TrendMetric, TrendScenario } from "../model/trend.ts";
import { valueText, verdictWords } from "../prose/comparison-words.ts";
import { controlText, unitsText } from "../prose/control-words.ts";
import { effect } from "../prose/format.ts";
import { counted, plain, wrapped } from "../prose/text.ts";
import { ascii, inks } from "./ink.ts";
import type { TerminalOptions } from "./terminal.ts";

const WIDTHS = [16, 11, 11, 22, 11] as const;
/** Of the runs, the latest ones that a spark line shows. */
const SPARKS = 7;
/** What fills the height of a spark line at least, as a share of the lowest: noise must not look like a mountain. */
const LEAST_SPAN = 0.25;
const BARS = "▁▂▃▄▅▆▇█";

/** The trend on a terminal of 80 columns: for each scenario and metric a line a transport, first run against last. */
export function renderTrend({ runs, scenarios, control }: Trend, options: TerminalOptions): string {
  const { bold, yellow } = inks(options.color);
  const width = Math.max(80, options.width);
  const text = [
    bold(`${counted(runs.length, "run")}, the last against the first`),
    ...runs.map((run, index) => {
      const unfinished = run.finished ? "" : ", unfinished";
      const line = `${index + 1}  ${run.startedAt}  ${counted(run.blocks, "block")}${unfinished}  notif-lab ${run.version}`;
      return wrapped(plain(line), width, "   ");
    }),
    ...scenarios.flatMap((scenario) => ["", ...scenarioLines(scenario, control?.transport, options)]),
    "",
    wrapped(
      "Effect: last/first, block by block, with its 95 % interval. Verdicts: Sidak's correction over the transports of a metric. Runs " +
        "are made at different times: what changed on the machine in between is not averaged out.",
      width,
    ),
    ...(control
      ? [
          `${yellow("!")} ${wrapped(plain(controlText(control, "the first run", "the last")), width - 2, "  ")}`,
        ]
      : []),
    ...runs.flatMap(({ changes }, index) =>
      changes.map((one) => `${yellow("!")} ${wrapped(plain(`run ${index + 1}: ${one}`), width - 2, "  ")}`),
    ),
  ].join("\n");
  return `${(options.unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

function scenarioLines(
  { name, metrics }: TrendScenario,
  control: string | undefined,
  options: TerminalOptions,
): string[] {
  const { bold, dim } = inks(options.color);
  return [
    bold(plain(name)),
    dim(row(["", "first", "last", "last/first", "verdict"], "  trend")),
    ...metrics.flatMap((one) => [
      METRICS[one.metric].short,
      ...one.lines.flatMap((line) => [
        lineOf(one, line, options),
        ...(control === undefined ? [] : unitsLine(line, control, options)),
      ]),
    ]),
  ];
}

function lineOf(
  { metric }: TrendMetric,
  { transport, figures, sinceFirst }: TrendLine,
  options: TerminalOptions,
): string {
  const { green, red } = inks(options.color);
  const ends = [figures[0], figures.at(-1)].flatMap((one) => one ?? []);
  const seen = sinceFirst?.effect;
  const line = row(
    [
      `  ${plain(transport)}`,
      valueText(metric, ends, 0),
      valueText(metric, ends, 1),
      seen ? effect(seen.ratio, seen.interval) : "–",
      sinceFirst ? verdictWords(sinceFirst).short.replace("’", "'") : "–",
    ],
    options.unicode ? `  ${sparks(figures)}` : "",
  );
  if (!sinceFirst?.change) return line;
  return (sinceFirst.change === "worse" ? red : green)(line);
}

/** The same in units of the control. */
function unitsLine({ sinceFirst }: TrendLine, control: string, options: TerminalOptions): string[] {
  const { byControl } = sinceFirst ?? {};
  if (!byControl?.effect) return [];
  const { dim, green, red } = inks(options.color);
  const { ratio, interval } = byControl.effect;
  const line = row(
    [
      `   in ${plain(control)}`,
      unitsText(byControl.a),
      unitsText(byControl.b),
      effect(ratio, interval),
      verdictWords(byControl).short.replace("’", "'"),
    ],
    "",
  );
  return [byControl.change ? (byControl.change === "worse" ? red : green)(line) : dim(line)];
}

/** The figures as bars from the lowest to the highest of them; a gap is a dot. */
function sparks(figures: TrendLine["figures"]): string {
  const latest = figures.slice(-SPARKS);
  const values = latest.flatMap((one) => (one.kind === "observed" ? [one.value] : []));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return latest
    .map((one) => {
      if (one.kind !== "observed") return "·";
      const share = (one.value - low) / Math.max(high - low, low * LEAST_SPAN, Number.MIN_VALUE);
      return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))];
    })
    .join("");
}

/** The label to the left, all else to the right of its column, cut where it is too long. */
function row(texts: readonly string[], tail: string): string {
  const cells = texts.map((text, index) => {
    const width = WIDTHS[index] ?? 0;
    return index === 0 ? text.slice(0, width - 1).padEnd(width) : text.slice(0, width - 1).padStart(width);
  });
  return cells.join("") + tail;
}
