import { readFileSync } from "node:fs";

/**
 * The process that ends the others of an orchestrator that was killed. Each of them ends by itself when its channel closes, unless it
 * is stopped (SIGSTOP) or its event loop never comes round: so they are set going again, and killed when that did not help.
 */
export type ReaperRequest = { readonly watch: number } | { readonly forget: number };

/** Longer than a child's own clean-up may take, see answering.ts. */
const GRACE_MS = 3_000;
const STEP_MS = 100;

/** By number, with the time when it began: a number may be another process's by then. */
const watched = new Map<number, string | undefined>();

const watch = (pid: number) => void watched.set(pid, beginningOf(pid));

// The first is named on the command line: what comes over a channel that closes while this is loaded is lost.
for (const pid of process.argv.slice(2)) watch(Number(pid));

process.on("message", (request: ReaperRequest) => {
  if ("watch" in request) watch(request.watch);
  else watched.delete(request.forget);
});

if (process.connected) process.once("disconnect", reap);
else reap();

function reap(): void {
  const due = performance.now() + GRACE_MS;
  signalAll("SIGCONT");
  const look = () => {
    if (!signalAll(0)) return process.exit();
    if (performance.now() < due) return setTimeout(look, STEP_MS);
    signalAll("SIGKILL");
    return process.exit();
  };
  look();
}

/** Says whether any of them is still there. */
function signalAll(signal: NodeJS.Signals | 0): boolean {
  const reached = [...watched].filter(([pid, began]) => {
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
