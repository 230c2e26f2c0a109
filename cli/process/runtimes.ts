import { spawn } from "node:child_process";
import { LabError } from "../../core/errors.ts";
import type { Runtime } from "../../harness/processes/runtime-names.ts";
import { commandOn } from "../../harness/processes/runtimes.ts";
import { watchOver } from "../../transports/engines/orphans.ts";
import { CliFailure } from "./failure.ts";

/** Runs the command line on another runtime, which gets this process's signals; settles with its exit code. */
export async function serveOn(runtime: Runtime, argv: readonly string[]): Promise<number> {
  const [program, ...words] = commandHere(runtime, withoutRuntime(argv.slice(1)));
  const child = spawn(program, words, { stdio: "inherit" });
  const unwatch = child.pid === undefined ? undefined : watchOver(child.pid);
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (error) =>
        reject(new CliFailure(1, `${runtime} does not start: ${error.message}`)),
      );
      child.once("exit", (code) => resolve(code ?? 1));
    });
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, pass);
    await unwatch?.();
  }
}

function commandHere(runtime: Runtime, words: readonly string[]): readonly [string, ...string[]] {
  try {
    return commandOn(runtime, words);
  } catch (error) {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  }
}

/** Without the flag, or the other runtime would look for another one in turn. */
function withoutRuntime(words: readonly string[]): string[] {
  return words.filter((word, index) => !/^--runtime(=|$)/.test(word) && words[index - 1] !== "--runtime");
}
