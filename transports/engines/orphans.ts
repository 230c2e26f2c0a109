import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { builtModule } from "./built-module.ts";
import type { ReaperRequest } from "./reaper.ts";

type Reaper = ChildProcessByStdio<Writable, null, null>;

let reaper: { readonly process: Reaper; readonly watched: Set<number | string> } | undefined;

/**
 * Sees to it that a process, or a folder, does not outlive this process, however this one ends, SIGKILL included: by a small process beside
 * them, which is there as long as anything is watched. To be called when the process has just been started, and before the folder is made;
 * returns what ends the watch, and settles when the process beside them is gone if that was the last.
 */
export function watchOver(pidOrFolder: number | string): () => Promise<void> {
  reaper ??= startReaper();
  const mine = reaper;
  send(mine.process, { watch: pidOrFolder });
  mine.watched.add(pidOrFolder);
  return async () => {
    if (!mine.watched.delete(pidOrFolder)) return;
    send(mine.process, { forget: pidOrFolder });
    if (mine.watched.size > 0) return;
    if (reaper === mine) reaper = undefined;
    await end(mine.process);
  };
}

function startReaper(): NonNullable<typeof reaper> {
  // In a session of its own: what the terminal sends to all, and what ends this process's group, is not meant for it.
  const child = spawn(process.execPath, [fileURLToPath(builtModule("transports/engines/reaper"))], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Without it there is no more than what the children do by themselves.
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  // A pipe is a socket of Node.js; the declared type is that of any stream.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return { process: child, watched: new Set() };
}

function send(to: Reaper, request: ReaperRequest): void {
  if (to.stdin.writable) to.stdin.write(`${JSON.stringify(request)}\n`);
}

async function end(child: Reaper): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.ref();
  child.kill("SIGKILL");
  await gone;
}
