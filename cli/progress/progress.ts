import type { Trial } from "../../harness/result/result.ts";
import type { Progress } from "../../harness/run/run.ts";
import { ONE_PROCESS } from "../../harness/run/unmeasured.ts";
import { durationText } from "../../reports/prose/duration.ts";
import { styleOf } from "../output/render.ts";
import { addTrial, frameOf, outcome, type Standing } from "./progress-frame.ts";
import { createRedrawing, type TerminalStream } from "./redrawing.ts";

/** Shows how a run goes. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  stop(): void;
}

/** Drawing takes CPU from what is being measured. */
const REDRAW_MS = 500;

/** What progress needs of the stream that it is written to. */
interface ProgressStream extends TerminalStream {
  readonly isTTY?: boolean;
  readonly rows?: number;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** A few lines that are drawn over and over on a terminal; plain lines, one a trial, anywhere else. */
export function createProgress(stream: ProgressStream, transports: readonly string[]): ProgressDisplay {
  return stream.isTTY ? terminalProgress(stream, transports) : plainProgress(stream);
}

function plainProgress(stream: ProgressStream): ProgressDisplay {
  let last = "";
  return {
    update: (progress) => {
      const { trial } = progress;
      const position = `[${Math.min(progress.finished + (trial || progress.launch ? 0 : 1), progress.total)}/${progress.total}]`;
      const cell = cellName(progress);
      const line = trial
        ? `${position} ${cell}: ${outcome(trial)}`
        : `${position} ${cell}, about ${durationText(progress.secondsLeft)} left`;
      // One line when a trial begins and one when it ends; its stages would only fill a log.
      if (trial || cell !== last) stream.write(`${line}\n`);
      last = trial ? "" : cell;
    },
    stop: () => undefined,
  };
}

/** What happened twice a second at most is drawn, and nothing while nothing changed. */
function terminalProgress(stream: ProgressStream, transports: readonly string[]): ProgressDisplay {
  const screen = createRedrawing(stream);
  let standing: Standing = { transports, latest: new Map() };
  let progress: Progress | undefined;
  let updatedAt = 0;
  const draw = () => {
    if (!progress) return;
    const secondsLeft = Math.max(0, progress.secondsLeft - (performance.now() - updatedAt) / 1_000);
    // A line as wide as the terminal would put the next one a row too low.
    const width = Math.max(1, Math.min(styleOf(stream).width, (stream.columns || 80) - 1));
    const rows = (stream.rows || 24) - 1;
    screen.draw(frameOf({ ...progress, secondsLeft }, standing, { ...styleOf(stream), width, rows }));
  };
  const timer = setInterval(draw, REDRAW_MS);
  stream.on("resize", draw);
  return {
    update: (latest) => {
      if (!progress || latest.secondsLeft !== progress.secondsLeft) updatedAt = performance.now();
      progress = latest;
      if (!latest.trial) return;
      standing = addTrial(standing, latest.trial);
      // What went wrong stays on the screen, above what is drawn over.
      if (isTrouble(latest.trial)) screen.print(`${cellName(latest)}: ${outcome(latest.trial)}`);
    },
    stop: () => {
      clearInterval(timer);
      stream.off("resize", draw);
      screen.stop();
    },
  };
}

function isTrouble({ state, reason }: Trial): boolean {
  return state === "failed" || state === "invalid" || (state === "skipped" && reason !== ONE_PROCESS);
}

function cellName({ transport, scenario, block, launch }: Progress): string {
  // Its slices come round too fast to be named one by one.
  if (launch) return `launch ${block + 1} of ${launch.of}`;
  return block === 0 ? `${transport} on ${scenario}` : `${transport} on ${scenario}, block ${block + 1}`;
}
