import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { LabError } from "../../core/errors.ts";
import { findProgram } from "../../transports/engines/programs.ts";
import type { Runtime } from "./runtime-names.ts";

export type OtherRuntime = Exclude<Runtime, "node">;

const { platform, arch } = process;

type File = readonly [packageName: string, file: string];

/** Where their npm packages keep the program, whether or not their install scripts were allowed to run: bun's takes it out of the first. */
const PACKAGED: Readonly<Record<OtherRuntime, readonly File[]>> = {
  bun: [
    [`@oven/bun-${platform}-${arch}`, "bin/bun"],
    [`@oven/bun-${platform}-${arch}-baseline`, "bin/bun"],
    ["bun", "bin/bun.exe"],
  ],
  deno: [
    [`@deno/${platform}-${arch}-glibc`, "deno"],
    [`@deno/${platform}-${arch}`, "deno"],
  ],
};

/** What stands before the module that it is to run, and has it collect garbage when asked to. */
const WORDS: Readonly<Record<OtherRuntime, { readonly plain: readonly string[]; readonly gc: string }>> = {
  bun: { plain: [], gc: "--expose-gc" },
  deno: { plain: ["run", "--allow-all", "--quiet"], gc: "--v8-flags=--expose-gc" },
};

/** The program of the npm package, else one on the PATH; undefined where there is neither. */
export function programOf(runtime: Runtime): string | undefined {
  if (runtime === "node") return process.execPath;
  const { resolve } = createRequire(import.meta.url);
  for (const [name, file] of PACKAGED[runtime]) {
    try {
      const found = join(dirname(resolve(`${name}/package.json`)), file);
      if (existsSync(found)) return found;
    } catch {
      // Not installed under this name.
    }
  }
  return findProgram(runtime);
}

/** The command that runs a module of Node's on it. Throws `unsupported` with one line that says what to install. */
export function commandOn(
  runtime: Runtime,
  words: readonly string[],
  { exposesGc = false }: { readonly exposesGc?: boolean } = {},
): readonly [string, ...string[]] {
  const program = programOf(runtime);
  if (program === undefined)
    throw new LabError("unsupported", `${runtime} is not installed: npm install ${runtime}`);
  if (runtime === "node") return [program, ...(exposesGc ? ["--expose-gc"] : []), ...words];
  const { plain, gc } = WORDS[runtime];
  return [program, ...plain, ...(exposesGc ? [gc] : []), ...words];
}

/** Such as `1.4.5`. Throws `unsupported` as commandOn() does, and where the program does not run. */
export function versionOfRuntime(runtime: OtherRuntime): string {
  const [program] = commandOn(runtime, []);
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  const version = /\d+\.\d+\.\d+/.exec(stdout ?? "")?.[0];
  if (version === undefined)
    throw new LabError("unsupported", `${program} does not say its version: npm install ${runtime}`);
  return version;
}

/** What runs this very process. */
export const ownRuntime: Runtime =
  "bun" in process.versions ? "bun" : "deno" in process.versions ? "deno" : "node";
