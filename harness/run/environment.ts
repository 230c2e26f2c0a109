import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, freemem, loadavg, platform, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAMS, versionOf } from "../../transports/engines/programs.ts";
import { CLOCK_NAME } from "../measurement/clock.ts";
import { divideProcessors } from "../processes/affinity.ts";
import { whyNoNamespace } from "../processes/namespace.ts";
import type { Environment } from "../result/result.ts";

/** Describes this machine and the libraries as they resolve here. */
export function captureEnvironment(
  packages: readonly string[],
  programs: readonly string[] = [],
): Environment {
  const processors = cpus();
  return {
    notifLab: ownVersion(),
    node: process.version,
    v8: process.versions.v8,
    platform: platform(),
    kernel: release(),
    arch: arch(),
    cpuModel: processors[0]?.model.trim() ?? "unknown",
    cpus: processors.length,
    cpuGovernor: textOf("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") ?? null,
    memoryBytes: totalmem(),
    memoryFreeBytes: freemem(),
    openFilesLimit: openFilesLimit(),
    processLimit: limit("Max processes"),
    loadAverageBefore: loadAverage(),
    loadAverageAfter: null,
    gitRevision: gitRevision(),
    wireBytes: wireBytes(),
    cpuAffinity: cpuAffinity(),
    clock: CLOCK_NAME,
    packages: {
      ...packageVersions(packages),
      ...Object.fromEntries(
        PROGRAMS.filter(({ name }) => programs.includes(name)).map((one) => [
          one.name,
          versionOf(one) ?? "not installed",
        ]),
      ),
    },
  };
}

/** Of the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

/** Files this process may have open, which bounds its connections; null where it is unlimited or can't be read. */
export function openFilesLimit(): number | null {
  return limit("Max open files");
}

function limit(name: string): number | null {
  const soft = new RegExp(`^${name}\\s+(\\d+)`, "m").exec(textOf("/proc/self/limits") ?? "")?.[1];
  return soft === undefined ? null : Number(soft);
}

function wireBytes(): string {
  const reason = whyNoNamespace();
  return reason === undefined
    ? "the loopback interface of a network namespace of each trial's own"
    : `not counted: ${reason}`;
}

function cpuAffinity(): string {
  const affinity = divideProcessors();
  if (typeof affinity === "string") return `none: ${affinity}`;
  return `server on CPU ${affinity.server.join(",")}, load on CPU ${affinity.load.join(",")}`;
}

/** Undefined where there is no such file, as on other systems than Linux. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

const ROOT = packageRoot(dirname(fileURLToPath(import.meta.url)));

/** Of the clone that this code runs from; null when it was installed as a package. */
function gitRevision(): string | null {
  if (ROOT === undefined || !existsSync(join(ROOT, ".git"))) return null;
  const git = (...words: string[]) => spawnSync("git", ["-C", ROOT, ...words], { encoding: "utf8" });
  const revision = git("rev-parse", "--short=12", "HEAD");
  if (revision.status !== 0) return null;
  return `${revision.stdout.trim()}${git("status", "--porcelain").stdout.trim() === "" ? "" : "+"}`;
}

function packageRoot(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : packageRoot(above);
}

/** The version of the notif-lab that runs. */
export function ownVersion(): string {
  return versionIn(dirname(fileURLToPath(import.meta.url)), "notif-lab") ?? "unknown";
}

/** The versions of packages, by name, as the package in that folder resolves them; without one, as this one does. */
export function packageVersions(names: readonly string[], root?: string): Record<string, string> {
  const from = root === undefined ? import.meta.url : join(root, "package.json");
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, packageVersion(name, from)]));
}

function packageVersion(name: string, from: string): string {
  const { resolve } = createRequire(from);
  try {
    // Not `${name}/package.json`: many packages do not export it.
    return versionIn(dirname(resolve(name)), name) ?? "unknown";
  } catch {
    return "not installed";
  }
}

/** Looks upwards for the package.json of that name. */
function versionIn(folder: string, name: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (typeof manifest === "object" && manifest !== null && "name" in manifest && manifest.name === name) {
      return "version" in manifest && typeof manifest.version === "string" ? manifest.version : undefined;
    }
  } catch {
    // No manifest here, or none that can be read: the folder above is tried.
  }
  const above = dirname(folder);
  return above === folder ? undefined : versionIn(above, name);
}
