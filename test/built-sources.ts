import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Plugin } from "vitest/config";

const ROOT = resolve(import.meta.dirname, "..");
/** The pages' code is built into bundles, and its tests put other modules in place of some. */
const NOT_BUILT = /^(web|test|\.\.)\/|\.test(-fixture)?\.ts$/;

/** Whether dist/ is of the sources as they are now. */
function isBuilt(): boolean {
  return spawnSync(process.execPath, ["scripts/build.mjs", "--ask"], { cwd: ROOT }).status === 0;
}

/**
 * Tests import what was built, where it was built of the same sources: Node.js loads that by itself, while every source would have to be
 * transformed first. Who watches edits sources meanwhile, and so gets these.
 */
export function builtSources(): Plugin[] {
  if (!process.argv.includes("run") || !isBuilt()) return [];
  return [
    {
      name: "built-sources",
      enforce: "pre",
      resolveId(source, importer) {
        if (importer === undefined || !/^\..*\.ts$/.test(source)) return undefined;
        const [from, file] = [dirname(importer), resolve(dirname(importer), source)].map((path) =>
          relative(ROOT, path),
        );
        if (from === undefined || file === undefined || NOT_BUILT.test(file) || /^web\b/.test(from))
          return undefined;
        const built = join(ROOT, "dist", file.replace(/\.ts$/, ".js"));
        return existsSync(built) ? built : undefined;
      },
    },
  ];
}
