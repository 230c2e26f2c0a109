import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { watchOver } from "../../transports/engines/orphans.ts";
import { findProgram } from "../../transports/engines/programs.ts";
import type { Runtime } from "../flags/runtimes.ts";
import { CliFailure } from "./failure.ts";

type Other = Exclude<Runtime, "node">;

const { platform, arch } = process;

/** Where their npm packages keep the program, whether or not their install scripts were allowed to run. */
const PACKAGED: Readonly<Record<Other, readonly string[]>> = {
  bun: [`@oven/bun-${platform}-${arch}/bin/bun`, `@oven/bun-${platform}-${arch}-baseline/bin/bun`],
  deno: [`@deno/${platform}-${arch}-glibc/deno`, `@deno/${platform}-${arch}/deno`],
};

/** What stands before the module that it is to run. */
const WORDS: Readonly<Record<Other, readonly string[]>> = {
  bun: [],
  deno: ["run", "--allow-all", "--quiet"],
};

/** The program of the npm package, else one on the PATH; undefined where there is neither. */
export function programOf(runtime: Runtime): string | undefined {
  if (runtime === "node") return process.execPath;
  const { resolve } = createRequire(import.meta.url);
  for (const file of PACKAGED[runtime]) {
    const [scope, name, ...rest] = file.split("/");
    try {
      const found = join(dirname(resolve(`${scope}/${name}/package.json`)), ...rest);
      if (existsSync(found)) return found;
    } catch {
      // Not installed under this name.
    }
  }
  return findProgram(runtime);
}

/** The command that runs a module of Node's on it. Throws one line that says what to install. */
export function commandOn(runtime: Runtime, words: readonly string[]): readonly [string, ...string[]] {
  const program = programOf(runtime);
  if (program === undefined) throw new CliFailure(1, `${runtime} is not installed: npm install ${runtime}`);
  return runtime === "node" ? [program, ...words] : [program, ...WORDS[runtime], ...words];
}

/** Runs the command line on another runtime, which gets this process's signals; settles with its exit code. */
export async function serveOn(runtime: Runtime, argv: readonly string[]): Promise<number> {
  const [program, ...words] = commandOn(runtime, withoutRuntime(argv.slice(1)));
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

/** Without the flag, or the other runtime would look for another one in turn. */
function withoutRuntime(words: readonly string[]): string[] {
  return words.filter((word, index) => !/^--runtime(=|$)/.test(word) && words[index - 1] !== "--runtime");
}
