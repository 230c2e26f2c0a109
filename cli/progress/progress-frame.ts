import type { Trial } from "../../harness/result/result.ts";
import type { Progress } from "../../harness/run/run.ts";
import { METRICS, type MetricKey } from "../../reports/metrics/catalogue.ts";
import { type Cell, cellOf, stateWord } from "../../reports/model/cell.ts";
import { durationText } from "../../reports/prose/duration.ts";
import { quantity } from "../../reports/prose/format.ts";
import { plain } from "../../reports/prose/text.ts";
import { ascii, inks } from "../../reports/terminal/ink.ts";
import type { TerminalOptions } from "../../reports/terminal/terminal.ts";

/** The last finished trial of each transport. */
export interface Standing {
  readonly transports: readonly string[];
  readonly latest: ReadonlyMap<string, { readonly scenario: string; readonly cell: Cell }>;
}

/** The standing after one more trial. */
export function addTrial({ transports, latest }: Standing, trial: Trial): Standing {
  const cell = cellOf(trial.transport, [trial], () => undefined);
  return { transports, latest: new Map(latest).set(trial.transport, { scenario: trial.scenario, cell }) };
}

const BAR = 16;
const HEAD = ["", "transport", "last trial", "state", "p50", "p99", "CPU"] as const;
const WIDTHS = [1, 17, 16, 10, 9, 9, 9] as const;

/** Where the run is, and below it a row for each transport with the figures of its last trial, the current one marked. */
export function frameOf(
  progress: Progress,
  { transports, latest }: Standing,
  { width, rows, unicode, color }: TerminalOptions & { readonly rows: number },
): string[] {
  const { bold, dim } = inks(color);
  const fits = (text: string) => {
    const printable = unicode ? text : ascii(text);
    return printable.length <= width ? printable : `${printable.slice(0, width - 1)}${unicode ? "…" : "~"}`;
  };
  const shown = around(transports, progress.transport, rows - 2);
  const table = shown.map((transport) => {
    const last = latest.get(transport);
    const isPresent = transport === progress.transport;
    const marker = isPresent ? (unicode ? "▸" : ">") : "";
    // Only a trial that is under way has a stage; the transport's own last state is that of its last trial.
    const cells = last
      ? [last.scenario, last.cell.state, ...FIGURES.map((key) => figureText(last.cell, key))]
      : ["–", "", "", "", ""];
    const line = fits(columns([marker, transport, ...cells]));
    return isPresent ? bold(line) : line;
  });
  const head = rows > 2 && table.length > 0 ? [dim(fits(columns(HEAD)))] : [];
  return [fits(headline(progress, unicode)), ...head, ...table];
}

const FIGURES: readonly MetricKey[] = ["deliveryP50", "deliveryP99", "cpu"];

function headline(progress: Progress, unicode: boolean): string {
  const { stage, finished, total, transport, scenario, block, secondsLeft, launch } = progress;
  const under = launch ? (launch.done * (total - finished)) / Math.max(1, launch.of - block) : 0;
  const filled = Math.min(BAR, Math.round(((finished + under) / Math.max(1, total)) * BAR));
  const [full, empty] = unicode ? ["█", "░"] : ["#", "-"];
  const bar = full.repeat(filled) + empty.repeat(BAR - filled);
  const part = launch ? `launch ${block + 1} of ${launch.of}` : `block ${block + 1}`;
  const where = `${plain(transport)} on ${plain(scenario)}, ${part}`;
  return `${stage.padEnd(10)} ${bar} ${finished}/${total}  ${durationText(secondsLeft)} left  ${where}`;
}

/** As many as there is room for, the present one among them. */
function around(transports: readonly string[], present: string, room: number): readonly string[] {
  if (transports.length <= room) return transports;
  const at = Math.max(0, transports.indexOf(present));
  const first = Math.min(Math.max(0, at - Math.floor(room / 2)), transports.length - room);
  return room < 1 ? [] : transports.slice(first, first + room);
}

/** The same rule as in every report: no quantile that too few publishes stand for, none of a growing queue. */
function figureText({ figures }: Cell, key: MetricKey): string {
  const figure = figures[key];
  if (figure.kind === "unsupported") return "too few";
  return figure.kind === "observed" ? quantity(METRICS[key].unit, figure.value) : "–";
}

function columns(cells: readonly string[]): string {
  return cells
    .map((text, index) => {
      const width = WIDTHS[index] ?? 0;
      const cut = plain(text).slice(0, width);
      // Figures, from the fifth column on, end at the same place.
      return index < 4 ? cut.padEnd(width) : cut.padStart(width);
    })
    .join(" ")
    .trimEnd();
}

/** How a trial ended, in a few words. */
export function outcome(trial: Trial): string {
  const latency = trial.metrics?.deliveryLatencyUs;
  const median = latency ? `, median delivery ${quantity("micros", latency.p50)}` : "";
  // What the harness does of itself: one trial more than was said before. Of a launch only void slices are run again, and these have been.
  const isRunAgain = trial.state === "invalid" && trial.attempt === 1 && trial.slices === undefined;
  const again = isRunAgain ? ", to be run once more" : "";
  return plain(`${stateWord(trial.state)}${trial.reason ? ` (${trial.reason})` : median}${again}`);
}
