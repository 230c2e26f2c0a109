import { spawnSync } from "node:child_process";
import { platform } from "node:os";

/**
 * A network namespace of a trial's own: only its processes are in it, so that its loopback interface has carried the trial's
 * packets and no others. It is gone when its last process is; it has no name that could be left behind.
 */
const ENTER_NEW = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

/** What to put before a command so that it runs in a new namespace. */
export const inNewNamespace: readonly string[] = ENTER_NEW;

/** What to put before a command so that it runs where that process is. */
export function inNamespaceOf(pid: number): readonly string[] {
  return ["nsenter", `--net=/proc/${pid}/ns/net`, "--"];
}

let known: { readonly reason: string | undefined } | undefined;

/** Why this machine can't give a trial a namespace of its own, or undefined when it can; tried once. */
export function whyNoNamespace(): string | undefined {
  known ??= { reason: attempt() };
  return known.reason;
}

function attempt(): string | undefined {
  if (platform() !== "linux") return "it needs Linux";
  if (process.getuid?.() !== 0) return "it needs root";
  const [command, ...args] = ENTER_NEW;
  const tried = spawnSync(command ?? "", [...args, "nsenter", "--version"], { encoding: "utf8" });
  if (tried.error) return "it needs unshare, of util-linux";
  if (tried.status === 0) return undefined;
  return tried.stderr.trim().split("\n").at(-1) || `unshare ended with ${tried.status}`;
}
