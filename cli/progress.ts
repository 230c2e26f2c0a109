import type { Trial } from "../harness/result.ts";
import type { Progress } from "../harness/run.ts";

/** Shows how a run goes. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  stop(): void;
}

/** One line that is drawn over and over on a terminal; plain lines, one a trial, anywhere else. */
export function createProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? terminalProgress(stream) : plainProgress(stream);
}

function plainProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  let last = "";
  return {
    update: (progress) => {
      const { trial } = progress;
      const position = `[${Math.min(progress.finished + (trial ? 0 : 1), progress.total)}/${progress.total}]`;
      const cell = `${progress.transport} on ${progress.scenario}`;
      const line = trial
        ? `${position} ${cell}: ${outcome(trial)}`
        : `${position} ${cell}, about ${duration(progress.secondsLeft)} left`;
      // One line when a trial begins and one when it ends; its stages would only fill a log.
      if (trial || cell !== last) stream.write(`${line}\n`);
      last = trial ? "" : cell;
    },
    stop: () => undefined,
  };
}

function terminalProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  let current: Progress | undefined;
  let toldAt = 0;
  const clear = () => stream.write("\r\u001b[K");
  const draw = () => {
    if (!current) return;
    const { finished, total, transport, scenario, stage, block } = current;
    const left = Math.max(0, current.secondsLeft - (performance.now() - toldAt) / 1_000);
    const width = 16;
    const filled = Math.round((finished / Math.max(1, total)) * width);
    const bar = `${"#".repeat(filled)}${"-".repeat(width - filled)}`;
    const line = `[${bar}] ${finished}/${total}  ${transport} on ${scenario}, block ${block + 1}: ${stage}  ${duration(left)} left`;
    stream.write(`\r\u001b[K${line.slice(0, Math.max(20, stream.columns - 1))}`);
  };
  const timer = setInterval(draw, 500);
  return {
    update: (progress) => {
      if (!current || progress.secondsLeft !== current.secondsLeft) toldAt = performance.now();
      current = progress;
      if (progress.trial) {
        clear();
        stream.write(`${progress.transport} on ${progress.scenario}: ${outcome(progress.trial)}\n`);
      }
      draw();
    },
    stop: () => {
      clearInterval(timer);
      clear();
    },
  };
}

function outcome(trial: Trial): string {
  const latency = trial.metrics?.deliveryLatencyUs;
  const median = latency ? `, median delivery ${(latency.p50 / 1_000).toFixed(2)} ms` : "";
  return `${trial.state}${trial.reason ? ` (${trial.reason})` : median}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
