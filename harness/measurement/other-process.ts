import { readdirSync, readFileSync } from "node:fs";

/** CPU time that a process has used in all its threads, in microseconds, without waking it; undefined where the kernel does not say. */
export function cpuUsedUs(pid: number): number | undefined {
  let tasks: string[];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return undefined; // not Linux, or gone
  }
  let ns = 0;
  for (const task of tasks) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ", 1)[0]);
    } catch {
      // A thread that ended meanwhile has used what it has used.
    }
  }
  return Number.isFinite(ns) ? ns / 1_000 : undefined;
}

/** What a process has used since it began, and the memory that it has. */
export interface OtherProcess {
  readonly cpuUserUs: number;
  readonly cpuSystemUs: number;
  readonly rssBytes: number;
}

/** Undefined where the kernel does not say, or it is gone. */
export function readOtherProcess(pid: number): OtherProcess | undefined {
  const cpuUs = cpuUsedUs(pid);
  if (cpuUs === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it, in brackets, may have blanks (proc(5), stat, 14 and 15).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    const rss = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    // Of both the kernel tells ticks of 10 ms; how they are divided is as fine as that, and their sum is exact.
    const cpuUserUs = user + system === 0 ? cpuUs : (cpuUs * user) / (user + system);
    return { cpuUserUs, cpuSystemUs: cpuUs - cpuUserUs, rssBytes: Number(rss ?? 0) * 1_024 };
  } catch {
    return undefined; // gone meanwhile
  }
}

/**
 * A reading behind an earlier one of the same process. Ticks are coarse, so that a share of all that was used can become less; neither part may, as in the
 * kernel's own account (cputime_adjust() in kernel/sched/cputime.c).
 */
export function behindReading(earlier: OtherProcess, now: OtherProcess): OtherProcess {
  const cpuUs = Math.max(earlier.cpuUserUs + earlier.cpuSystemUs, now.cpuUserUs + now.cpuSystemUs);
  const cpuSystemUs = Math.min(Math.max(earlier.cpuSystemUs, now.cpuSystemUs), cpuUs - earlier.cpuUserUs);
  return { ...now, cpuUserUs: cpuUs - cpuSystemUs, cpuSystemUs };
}

/** All of them together. */
export function sumOfProcesses(processes: readonly OtherProcess[]): OtherProcess {
  const sum = (of: keyof OtherProcess) => processes.reduce((total, one) => total + one[of], 0);
  return { cpuUserUs: sum("cpuUserUs"), cpuSystemUs: sum("cpuSystemUs"), rssBytes: sum("rssBytes") };
}

/** The processes that a process has started, and that still run; none where the kernel does not say. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // not Linux, or gone
  }
}
