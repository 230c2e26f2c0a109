import { readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * The process that ends the others of an orchestrator that was killed, and removes their folders. A process of the lab ends by itself when
 * its channel closes, unless it is stopped (SIGSTOP) or its event loop never comes round: so they are set going again, and killed when that
 * did not help. Requests are lines on stdin, one JSON object each: what was written before the orchestrator died is still read, and then
 * the end of the file tells that it is gone.
 */
export type ReaperRequest =
  /** `folder` is what the process has on disk. */
  { readonly watch: number; readonly folder?: string } | { readonly forget: number };

/** Longer than a child's own clean-up may take, see answering.ts. */
const GRACE_MS = 3_000;
const STEP_MS = 100;

interface Watched {
  /** When it began: a number may be another process's by then. */
  readonly began: string | undefined;
  readonly folder: string | undefined;
}

const watched = new Map<number, Watched>();

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request: ReaperRequest = JSON.parse(line);
    if ("watch" in request)
      watched.set(request.watch, { began: beginningOf(request.watch), folder: request.folder });
    else watched.delete(request.forget);
  })
  .once("close", reap);

function reap(): void {
  const due = performance.now() + GRACE_MS;
  signalAll("SIGCONT");
  const look = () => {
    const alive = signalAll(0);
    if (alive && performance.now() < due) return setTimeout(look, STEP_MS);
    if (alive) signalAll("SIGKILL");
    for (const { folder } of watched.values()) if (folder) rmSync(folder, { recursive: true, force: true });
    return process.exit();
  };
  look();
}

/** Says whether any of them is still there. */
function signalAll(signal: NodeJS.Signals | 0): boolean {
  const reached = [...watched].filter(([pid, { began }]) => {
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
