import { systemReason } from "./failure.ts";

/**
 * What holds from the first moment on, whatever the command: a signal ends the process with an exit code, and a reader of its output
 * who is gone ends nothing. To be called before anything that takes time is loaded; `words` are those of the command line.
 */
export function beginOrderly(words: readonly string[]): void {
  const command = words.find((word, index) => !word.startsWith("-") && words[index - 1] !== "--config");
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      // A command that has taken the signal over listens as well, and does what it must before it ends.
      if (process.listenerCount(signal) === 1) endBy(signal, codeOfInterruption(command));
    });
  // What is said on stderr has nobody left to be told to.
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", onBrokenOutput);
}

/** To stop a service is no interruption of it. */
function codeOfInterruption(command: string | undefined): number {
  return command === "serve" || command === "demo" ? 0 : 130;
}

let waiting = 0;

/** For what may wait without end for another process: to open a pipe, to read from it. */
export async function whileWaiting<T>(doing: Promise<T>): Promise<T> {
  waiting += 1;
  try {
    return await doing;
  } finally {
    waiting -= 1;
  }
}

/**
 * Ends the process at once, with the code; by the signal itself where it waits for another process, since Node.js does not exit before
 * that wait is over.
 */
export function endBy(signal: NodeJS.Signals, code: number): void {
  if (waiting === 0) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

let isReported = false;

/** As `| head` ends: quietly, and a run goes on to write its files. Anything else, a full disk say, is a failure. */
function onBrokenOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || isReported) return;
  isReported = true;
  process.stderr.write(`notif-lab: can't write to stdout (${systemReason(error)})\n`);
  process.once("exit", (code) => {
    if (code === 0) process.exitCode = 1;
  });
}
