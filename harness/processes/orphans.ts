import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { builtModule } from "./built-module.ts";
import type { ReaperRequest } from "./reaper.ts";

let reaper: { readonly process: ChildProcess; readonly watched: Set<number> } | undefined;

/**
 * Sees to it that the process does not outlive this one, however this one ends, SIGKILL included: by a small process beside them, which
 * is there as long as any is watched. To be called when the process has just been started; returns what ends the watch, and settles
 * when the process beside them is gone if that was the last.
 */
export function watchOver(pid: number): () => Promise<void> {
  if (reaper) send(reaper.process, { watch: pid });
  reaper ??= startReaper(pid);
  const mine = reaper;
  mine.watched.add(pid);
  return async () => {
    if (!mine.watched.delete(pid)) return;
    send(mine.process, { forget: pid });
    if (mine.watched.size > 0) return;
    if (reaper === mine) reaper = undefined;
    await end(mine.process);
  };
}

function startReaper(first: number): NonNullable<typeof reaper> {
  // In a session of its own: what the terminal sends to all, and what ends this process's group, is not meant for it.
  const module = fileURLToPath(builtModule("harness/processes/reaper"));
  const child = spawn(process.execPath, [module, String(first)], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    detached: true,
  });
  // Without it there is no more than what the children do by themselves.
  child.on("error", () => undefined);
  child.unref();
  child.channel?.unref();
  return { process: child, watched: new Set() };
}

function send(to: ChildProcess, request: ReaperRequest): void {
  if (to.connected) to.send(request, () => undefined);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.ref();
  child.kill("SIGKILL");
  await gone;
}
