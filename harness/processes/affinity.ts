import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** Which CPUs server and load processes may run on, so that they never wait for one another. */
export interface Affinity {
  readonly server: readonly number[];
  readonly load: readonly number[];
}

/** Half of the CPUs this process may use for the server, the rest for the load; or why they can't be told apart here. */
export function divideProcessors(): Affinity | string {
  known ??= divide();
  return known;
}

let known: Affinity | string | undefined;

function divide(): Affinity | string {
  let status: string;
  try {
    status = readFileSync("/proc/self/status", "utf8");
  } catch {
    return "it needs Linux";
  }
  const allowed = parseProcessorList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? "");
  if (allowed.length < 2) return "it needs two CPUs";
  const half = Math.floor(allowed.length / 2);
  const affinity = { server: allowed.slice(0, half), load: allowed.slice(half) };
  const [command = "", ...words] = [...onProcessors(affinity.server), "true"];
  return spawnSync(command, words).status === 0 ? affinity : "it needs taskset, of util-linux";
}

/** What to put before a command so that it runs on those CPUs. */
export function onProcessors(processors: readonly number[]): readonly string[] {
  return ["taskset", "--cpu-list", processors.join(",")];
}

/** Moves a process that runs, with all its threads, to those CPUs; one that is gone needs none. */
export async function moveToProcessors(pid: number, processors: readonly number[]): Promise<void> {
  const words = ["--all-tasks", "--cpu-list", "--pid", processors.join(","), String(pid)];
  const moving = spawn("taskset", words, { stdio: "ignore" });
  await once(moving, "close");
}

/** `0-2,5` as numbers; cpuset(7), "List format". */
export function parseProcessorList(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [first = Number.NaN, last = first] = part === "" ? [] : part.split("-").map(Number);
    return last >= first ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [];
  });
}
