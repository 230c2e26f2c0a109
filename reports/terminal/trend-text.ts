import { METRICS } from "../metrics/catalogue.ts";
import type { Trend, TrendLine, TrendMetric, TrendScenario } from "../model/trend.ts";
import { valueText, verdictWords } from "../prose/comparison-words.ts";
import { controlText, unitsText } from "../prose/control-words.ts";
import { effect } from "../prose/format.ts";
import { counted, countedReplicates, plain, wrapped } from "../prose/text.ts";
import { aligned, columnWidths } from "./columns.ts";
import { ascii, inks } from "./ink.ts";
import type { TerminalOptions } from "./terminal.ts";

const LEAST_WIDTHS = [16, 11, 11, 19, 7] as const;
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
      const line = `${index + 1}  ${run.startedAt}  ${countedReplicates(run.blocks, run.replicate)}${unfinished}  notif-lab ${run.version}`;
      return wrapped(plain(line), width, "   ");
    }),
    ...scenarios.flatMap((scenario) => ["", ...scenarioLines(scenario, control?.transport, options)]),
    "",
    wrapped(
      `Effect: last/first, ${runs.at(-1)?.replicate ?? "block"} by ${runs.at(-1)?.replicate ?? "block"}, with a 95 % interval for all transports of a metric at once. Runs ` +
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

/** A line of a table: its texts, and how it is coloured. */
interface Row {
  readonly texts: readonly string[];
  readonly tail: string;
  readonly ink: (line: string) => string;
}

function scenarioLines(
  { name, metrics }: TrendScenario,
  control: string | undefined,
  options: TerminalOptions,
): string[] {
  const { bold, dim } = inks(options.color);
  const head: Row = { texts: ["", "first", "last", "last/first", "verdict"], tail: "  trend", ink: dim };
  const parts = metrics.map((one) => ({
    name: METRICS[one.metric].short,
    rows: one.lines.flatMap((line) => [
      rowOf(one, line, options),
      ...(control === undefined ? [] : unitsRow(line, control, options)),
    ]),
  }));
  const rows = [head, ...parts.flatMap((one) => one.rows)];
  const widths = columnWidths(
    rows.map(({ texts }) => texts),
    LEAST_WIDTHS,
  );
  const tail = Math.max(...rows.map((one) => one.tail.length));
  const hasRoom = widths.reduce((sum, width) => sum + width, tail) <= Math.max(80, options.width);
  const lineOf = (one: Row) => one.ink(aligned(one.texts, widths) + (hasRoom ? one.tail : ""));
  return [bold(plain(name)), lineOf(head), ...parts.flatMap((part) => [part.name, ...part.rows.map(lineOf)])];
}

function rowOf(
  { metric }: TrendMetric,
  { transport, figures, sinceFirst }: TrendLine,
  options: TerminalOptions,
): Row {
  const ends = [figures[0], figures.at(-1)].flatMap((one) => one ?? []);
  const seen = sinceFirst?.effect;
  return {
    texts: [
      `  ${plain(transport)}`,
      valueText(metric, ends, 0),
      valueText(metric, ends, 1),
      seen ? effect(seen.ratio, seen.interval) : "–",
      sinceFirst ? verdictWords(sinceFirst).short.replace("’", "'") : "–",
    ],
    tail: options.unicode ? `  ${sparks(figures)}` : "",
    ink: inkOf(sinceFirst?.change, options) ?? ((line) => line),
  };
}

/** The same in units of the control. */
function unitsRow({ sinceFirst }: TrendLine, control: string, options: TerminalOptions): Row[] {
  const { byControl } = sinceFirst ?? {};
  if (!byControl?.effect) return [];
  const { ratio, interval } = byControl.effect;
  return [
    {
      texts: [
        `   in ${plain(control)}`,
        unitsText(byControl.a),
        unitsText(byControl.b),
        effect(ratio, interval),
        verdictWords(byControl).short.replace("’", "'"),
      ],
      tail: "",
      ink: inkOf(byControl.change, options) ?? inks(options.color).dim,
    },
  ];
}

function inkOf(
  change: "better" | "worse" | undefined,
  { color }: TerminalOptions,
): ((line: string) => string) | undefined {
  const { green, red } = inks(color);
  return change && (change === "worse" ? red : green);
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
