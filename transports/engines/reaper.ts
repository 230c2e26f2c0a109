import { readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * The process that ends the others of an orchestrator that was killed, and removes their folders. A process of the lab ends by itself when
 * its channel closes, unless it is stopped (SIGSTOP) or its event loop never comes round: so they are set going again, and killed when that
 * did not help. Requests are lines on stdin, one JSON object each: what was written before the orchestrator died is still read, and then
 * the end of the file tells that it is gone.
 */
export type ReaperRequest =
  /** A process by its number, or a folder by its path. */
  { readonly watch: number | string } | { readonly forget: number | string };

/** Longer than a child's own clean-up may take, see answering.ts. */
const GRACE_MS = 3_000;
const STEP_MS = 100;

/** By number, with the time when it began: a number may be another process's by then. */
const processes = new Map<number, string | undefined>();
const folders = new Set<string>();

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request: ReaperRequest = JSON.parse(line);
    if ("watch" in request) {
      if (typeof request.watch === "string") folders.add(request.watch);
      else processes.set(request.watch, beginningOf(request.watch));
    } else if (typeof request.forget === "string") folders.delete(request.forget);
    else processes.delete(request.forget);
  })
  .once("close", reap);

function reap(): void {
  const due = performance.now() + GRACE_MS;
  signalAll("SIGCONT");
  const look = () => {
    const alive = signalAll(0);
    if (alive && performance.now() < due) return setTimeout(look, STEP_MS);
    if (alive) signalAll("SIGKILL");
    // What is still being killed may make a file meanwhile.
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    return process.exit();
  };
  look();
}

/** Says whether any of them is still there. */
function signalAll(signal: NodeJS.Signals | 0): boolean {
  const reached = [...processes].filter(([pid, began]) => {
    try {
      return beginningOf(pid) === began && process.kill(pid, signal);
    } catch {
      return false; // It has ended.
    }
  });
  return reached.length > 0;
}

/** In clock ticks since the machine began (proc(5), stat, 22); undefined where there is no /proc. */
function beginningOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it, in brackets, may have blanks.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
