import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watchOver } from "../../transports/engines/orphans.ts";
import { startNats } from "../engines/nats.ts";
import { divideProcessors, onProcessors } from "../processes/affinity.ts";

const STOP_GRACE_MS = 5_000;
/** A variable of the environment that holds the address of NATS, so that a password in it is in no list of processes. */
export const NATS_VARIABLE = "NOTIF_LAB_NATS";

export interface LocalAgents {
  readonly url: string;
  /** By number: of the agents' processes. */
  readonly pids: readonly number[];
  /** Ends agents and nats-server; settles when they are gone. */
  stop(): Promise<void>;
}

/** Starts nats-server and so many agents on this machine. `command` is what runs an agent. Rejects as startNats() does. */
export async function startLocalAgents(count: number, command: readonly string[]): Promise<LocalAgents> {
  const nats = await startNats();
  const affinity = divideProcessors();
  const pinned = typeof affinity === "string" ? [] : onProcessors(affinity.load);
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
    for (let number = 1; number <= count; number += 1) {
      const [program = "", ...words] = [...pinned, ...command, "--name", `local-${number}`];
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
  return { url: nats.url, pids: agents.flatMap(({ process: { pid } }) => pid ?? []), stop };
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
