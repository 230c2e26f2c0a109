import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watchOver } from "../../transports/engines/orphans.ts";
import { type Nats, startNats } from "../engines/nats.ts";
import { divideProcessors, onProcessors } from "../processes/affinity.ts";

const STOP_GRACE_MS = 5_000;
/** A variable of the environment that holds the address of NATS, so that a password in it is in no list of processes. */
export const NATS_VARIABLE = "NOTIF_LAB_NATS";

export interface LocalAgents {
  readonly url: string;
  readonly nats: Nats;
  /** By number: of the agents' processes. */
  readonly pids: readonly number[];
  /** Ends agents and nats-server; settles when they are gone. */
  stop(): Promise<void>;
}

/**
 * Starts nats-server and so many agents on this machine, and one that serves if one is asked for by a name or `any`. `command` is what runs an agent.
 * Rejects as startNats() does.
 */
export async function startLocalAgents(
  count: number,
  command: readonly string[],
  server?: string,
): Promise<LocalAgents> {
  const nats = await startNats();
  const affinity = divideProcessors();
  const onOwn = (role: "server" | "load") =>
    typeof affinity === "string" ? [] : onProcessors(affinity[role]);
  const agents: { readonly process: ChildProcess; readonly unwatch: () => Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(
      agents.map(async ({ process: agent, unwatch }) => {
        await end(agent);
        await unwatch();
      }),
    );
    await nats.engine.stop();
  };
  try {
    const load = Array.from({ length: count }, (_, index) => [
      ...onOwn("load"),
      ...command,
      "--name",
      `local-${index + 1}`,
    ]);
    const name = server === "any" ? "local-server" : (server ?? "");
    const serving = server === undefined ? [] : [[...onOwn("server"), ...command, "--serve", "--name", name]];
    for (const [program = "", ...words] of [...load, ...serving]) {
      // In the terminal's background: Ctrl-C is the controller's.
      const agent = spawn(program, words, {
        stdio: "ignore",
        detached: true,
        env: { ...process.env, [NATS_VARIABLE]: nats.url },
      });
      await once(agent, "spawn");
      agents.push({ process: agent, unwatch: watchOver(agent.pid ?? 0) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: nats.url, nats, pids: agents.flatMap(({ process: { pid } }) => pid ?? []), stop };
}

async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const gone = once(agent, "exit");
  agent.kill("SIGTERM");
  agent.kill("SIGCONT");
  const timer = setTimeout(() => agent.kill("SIGKILL"), STOP_GRACE_MS);
  await gone;
  clearTimeout(timer);
}
