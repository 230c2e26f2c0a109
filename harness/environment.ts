import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLOCK_NAME } from "./measurement/clock.ts";
import type { Environment } from "./result.ts";

/** Describes this machine and the libraries as they resolve here. */
export function captureEnvironment(packages: readonly string[]): Environment {
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
    memoryBytes: totalmem(),
    openFilesLimit: openFilesLimit(),
    loadAverageBefore: loadavg()[0] ?? 0,
    clock: CLOCK_NAME,
    packages: Object.fromEntries([...new Set(packages)].sort().map((name) => [name, packageVersion(name)])),
  };
}

/** Files this process may have open, which bounds its connections; null where it is unlimited or can't be read. */
export function openFilesLimit(): number | null {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null; // not Linux
  }
}

/** The version of the notif-lab that runs. */
function ownVersion(): string {
  return versionIn(dirname(fileURLToPath(import.meta.url)), "notif-lab") ?? "unknown";
}

/** The version of a package as this project resolves it. */
function packageVersion(name: string): string {
  const { resolve } = createRequire(import.meta.url);
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
