import { readFileSync } from "node:fs";
import { arch, cpus, platform, release, totalmem } from "node:os";
import type { Announcement } from "./messages.ts";

/** What an agent says of the machine it is on. */
export function machineOf(): Announcement["machine"] {
  return {
    platform: platform(),
    kernel: release().slice(0, 200),
    arch: arch(),
    cpuModel: (cpus()[0]?.model.trim() ?? "unknown").slice(0, 200),
    memoryBytes: totalmem(),
  };
}

/** Of this machine's start; empty where there is no /proc. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
