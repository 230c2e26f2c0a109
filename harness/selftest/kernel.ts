import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { platform } from "node:os";
import { LabError } from "../../core/errors.ts";
import { inNamespaceOf, whyNoNamespace } from "../processes/namespace.ts";

const SS = "ss";

/** The kernel's own count of TCP payload on the connections that a server process has accepted (RFC 4898). */
export interface KernelBytes {
  readonly sockets: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Why the kernel can't be asked here, or undefined when it can. */
export function whyNoKernelBytes(): string | undefined {
  if (platform() !== "linux") return "it needs Linux";
  return spawnSync(SS, ["-V"]).status === 0 ? undefined : "it needs ss, of iproute2";
}

/** What `ss` says, asked in the network namespace of the process. Rejects with `internal` when it says nothing of it. */
export function readKernelBytes(pid: number): KernelBytes {
  const ports = lines(pid, ["-Hltnp"])
    .filter((line) => line.includes(`pid=${pid},`))
    .flatMap((line) => /^\S+\s+\d+\s+\d+\s+\S+:(\d+)\s/.exec(line)?.[1] ?? []);
  const [port] = ports;
  if (port === undefined) throw new LabError("internal", `ss shows no port that process ${pid} listens on`);
  const connections = lines(pid, ["-HtinO", `sport = :${port}`]).filter((line) => line.startsWith("ESTAB"));
  const sum = (field: string) =>
    connections.reduce(
      (total, line) => total + Number(new RegExp(` ${field}:(\\d+)`).exec(line)?.[1] ?? 0),
      0,
    );
  return {
    sockets: connections.length,
    bytesIn: sum("bytes_received"),
    // Not bytes_acked: that includes the SYN of a side that connected, and lacks what is not acknowledged yet.
    bytesOut: sum("bytes_sent") - sum("bytes_retrans"),
  };
}

function lines(pid: number, words: readonly string[]): string[] {
  const prefix = whyNoNamespace() === undefined ? inNamespaceOf(pid) : [];
  const [command = SS, ...rest] = [...prefix, SS, ...words];
  const { status, stdout, stderr } = spawnSync(command, rest, { encoding: "utf8" });
  if (status !== 0) throw new LabError("internal", `ss failed: ${String(stderr).trim()}`);
  return stdout.split("\n").filter((line) => line !== "");
}

/**
 * CPU time of all threads of a process by the kernel's scheduler, microseconds (/proc/PID/task/TID/schedstat, first field). Undefined
 * where the kernel does not keep it.
 */
export function schedulerCpuUs(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]))
      .reduce((sum, ns) => sum + ns / 1_000, 0);
  } catch {
    return undefined; // not Linux, or a kernel without scheduler statistics
  }
}
