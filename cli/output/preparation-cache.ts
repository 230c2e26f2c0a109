import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PreparationCache } from "../../harness/run/preparation.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import { makeFolder, writeWhole } from "./whole-file.ts";

/** What earlier code found is removed when nobody has used it for so long. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** The code that finds it: all but reports and command line. */
const PARTS = ["core", "transports", "scenarios", "harness"];

/** Where it is kept: `$XDG_CACHE_HOME/notif-lab`, by default `~/.cache/notif-lab`; on macOS and Windows where theirs are. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, system = platform()): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (xdg) return join(xdg, "notif-lab");
  if (system === "win32" && local) return join(local, "notif-lab", "Cache");
  return join(homedir(), system === "darwin" ? join("Library", "Caches") : ".cache", "notif-lab");
}

/**
 * What was found of transports before they were measured, in files below the folder: for this code, these libraries and this Node.js alone.
 * Undefined where it can't be told which libraries are installed. A cache that can't be read or written is an empty one.
 */
export function preparationCache(
  folder = cacheFolder(),
  fingerprint = fingerprintOf(),
): PreparationCache | undefined {
  if (fingerprint === undefined) return undefined;
  const own = join(folder, fingerprint);
  const fileOf = (key: string) => join(own, `${hashed([key])}.json`);
  return {
    read: async (key) => {
      try {
        return JSON.parse(await readFile(fileOf(key), "utf8"));
      } catch {
        return undefined;
      }
    },
    write: async (key, found) => {
      try {
        await makeFolder(own);
        await writeWhole(fileOf(key), JSON.stringify(found));
        await removeOld(folder, fingerprint);
      } catch {
        // A read-only home is no reason not to measure.
      }
    },
  };
}

async function removeOld(folder: string, but: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Only what is named like what is made here.
    if (name === but || !/^[0-9a-f]{32}$/.test(name)) continue;
    if (Date.now() - (await stat(path)).mtimeMs > KEPT_MS) await rm(path, { recursive: true });
  }
}

function fingerprintOf(): string | undefined {
  const root = fileURLToPath(new URL("..", builtModule("harness/x")));
  const lock = installedLock(root);
  if (lock === undefined) return undefined;
  const code = PARTS.flatMap((part) => {
    const names = readdirSync(join(root, part), { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => name.endsWith(".js"))
      .sort()
      .flatMap((name) => [name, readFileSync(join(root, part, name))]);
  });
  return hashed([process.version, process.arch, lock, ...code]);
}

/** What npm wrote down of the packages that are installed, of the nearest folder that has it. */
function installedLock(folder: string): Buffer | undefined {
  try {
    return readFileSync(join(folder, "node_modules", ".package-lock.json"));
  } catch {
    const above = dirname(folder);
    return above === folder ? undefined : installedLock(above);
  }
}

function hashed(parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 32);
}
