import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watchOver } from "../../transports/engines/orphans.ts";
import { type Nats, startNats } from "../engines/nats.ts";
import { childrenOf } from "../measurement/other-process.ts";
import { type Affinity, divideProcessors, moveToProcessors, onProcessors } from "../processes/affinity.ts";
import type { Placing } from "../trial/site.ts";
import { type OwnNetworks, openOwnNetworks } from "./own-networks.ts";

const STOP_GRACE_MS = 5_000;
/** A variable of the environment that holds the address of NATS, so that a password in it is in no list of processes. */
export const NATS_VARIABLE = "NOTIF_LAB_NATS";

export interface LocalAgents {
  readonly url: string;
  /** This machine's address, as they reach it. */
  readonly host: string;
  readonly nats: Nats;
  readonly placing: Placing | undefined;
  /** By number: of the agents' processes. */
  readonly pids: readonly number[];
  /** Ends agents and nats-server; settles when they are gone. */
  stop(): Promise<void>;
}

export interface LocalAgentsOptions {
  /** How many run load. */
  readonly count: number;
  /** What runs an agent. */
  readonly command: readonly string[];
  /** One more that serves, by a name or `any`; default: none. */
  readonly server?: string | undefined;
  /** Those that run load are each in a network of their own; else all share this machine's loopback. See whyNoOwnNetworks(). */
  readonly apart?: boolean;
}

/** Starts nats-server and so many agents on this machine. Rejects as startNats() and openOwnNetworks() do. */
export async function startLocalAgents(options: LocalAgentsOptions): Promise<LocalAgents> {
  const networks = options.apart ? await openOwnNetworks(options.count) : undefined;
  try {
    const started = await startWithin(options, networks);
    const stop = async () => {
      await started.stop();
      await networks?.close();
    };
    return { ...started, stop };
  } catch (error) {
    await networks?.close();
    throw error;
  }
}

async function startWithin(
  { count, command, server }: LocalAgentsOptions,
  networks: OwnNetworks | undefined,
): Promise<LocalAgents> {
  const host = networks?.host ?? "127.0.0.1";
  const nats = await startNats({}, host);
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
    const allowed = networks ? ["--allow", networks.range] : [];
    const load = Array.from({ length: count }, (_, index) => [
      ...(networks?.within(index) ?? []),
      ...onOwn("load"),
      ...command,
      ...allowed,
      "--name",
      `local-${index + 1}`,
    ]);
    const name = server === "any" ? "local-server" : (server ?? "");
    const words = ["--serve", host, ...allowed, "--name", name];
    const serving = server === undefined ? [] : [[...onOwn("server"), ...command, ...words]];
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
  const processes = agents.map(({ process: agent }) => agent);
  const pids = processes.flatMap(({ pid }) => pid ?? []);
  const placing = typeof affinity === "string" ? undefined : placingOf(processes, count, affinity);
  return { url: nats.url, host, nats, placing, pids, stop };
}

/** Of agents, the first `count` of which run load, with all that they run. */
function placingOf(agents: readonly ChildProcess[], count: number, { server, load }: Affinity): Placing {
  const move = async (processorsOf: (isLoad: boolean) => readonly number[]) => {
    const moved = agents.flatMap((agent, index) => {
      if (hasEnded(agent) || agent.pid === undefined) return [];
      const processors = processorsOf(index < count);
      return [agent.pid, ...childrenOf(agent.pid)].map((pid) => moveToProcessors(pid, processors));
    });
    await Promise.all(moved);
  };
  return {
    spread: () => move(() => [...server, ...load]),
    pin: () => move((isLoad) => (isLoad ? load : server)),
  };
}

async function end(agent: ChildProcess): Promise<void> {
  if (hasEnded(agent)) return;
  const gone = once(agent, "exit");
  agent.kill("SIGTERM");
  agent.kill("SIGCONT");
  const timer = setTimeout(() => agent.kill("SIGKILL"), STOP_GRACE_MS);
  await gone;
  clearTimeout(timer);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
