import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The network namespace of a process, as the kernel calls it: `net:[4026531833]`. */
export function namespaceOf(pid: number | "self"): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}

/** What still holds that namespace: processes in it, by number, and the places where it is mounted. Empty when it is gone. */
export function holdersOf(namespace: string): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return [...processesIn(namespace), ...mounts.filter((mount) => mount.includes(namespace))];
}

function processesIn(namespace: string): string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/net`) === namespace;
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}
