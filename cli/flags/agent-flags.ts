import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import { LabError } from "../../core/errors.ts";
import { startLocalAgents } from "../../harness/agents/local.ts";
import { connectNats } from "../../harness/agents/nats.ts";
import type { NatsAccess } from "../../harness/agents/nats-access.ts";
import { whyNoOwnNetworks } from "../../harness/agents/own-networks.ts";
import { type AgentPool, type AgentPoolOptions, openAgentPool } from "../../harness/agents/pool.ts";
import { MOST_LOAD_PROCESSES } from "../../harness/result/schema/units.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import { needsRelay } from "../../scenarios/users.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { CliFailure, usage } from "../process/failure.ts";
import { parseNumber } from "./choices.ts";
import { agentName, natsAccess, typedNatsFlag } from "./nats-flags.ts";

/** How many agents run the load. */
export interface AgentsChoice {
  readonly count: number;
  /** Where they wait; undefined where the lab starts them, and their NATS, on this machine. */
  readonly nats: NatsAccess | undefined;
  /** Where they reach this machine. */
  readonly host: string;
  /** The agent that runs the server, by its name, or `any`; undefined where this machine does. */
  readonly server: string | undefined;
  /** Why those that are started here share this machine's network; undefined where each may have one of its own. */
  readonly together?: string;
}

const LOOPBACK = "127.0.0.1";
const PATIENCE_MS = { local: 30_000, elsewhere: 3_000 };

/** What the flags ask for; undefined where they ask for no agents. Impossible ones fail with one line. */
export function agentsOf(flags: BenchFlags): AgentsChoice | undefined {
  const { agents, agentsHost, serverAgent } = flags;
  const about =
    typedNatsFlag(flags) ??
    (agentsHost !== undefined ? "--agents-host" : serverAgent !== undefined ? "--server-agent" : undefined);
  if (agents === undefined) {
    if (about !== undefined) throw usage(`${about} is about agents; add --agents 2`);
    return undefined;
  }
  const local = /^local:(.*)$/.exec(agents)?.[1];
  const count = parseNumber(local === undefined ? "--agents" : "--agents local:", local ?? agents, {
    min: 1,
    max: MOST_LOAD_PROCESSES,
    integer: true,
  });
  refuseBeside(flags);
  const server = serverAgent === true ? "any" : agentName(serverAgent, "--server-agent");
  if (local !== undefined) {
    if (typedNatsFlag(flags) !== undefined || agentsHost !== undefined)
      throw usage(
        "--agents local:N starts NATS and agents here; leave out --nats and --agents-host, or the word local:",
      );
    return { count, nats: undefined, host: LOOPBACK, server };
  }
  if (agentsHost !== undefined && isIP(agentsHost) === 0)
    throw usage(`--agents-host takes the IP address of this machine that agents reach, not "${agentsHost}"`);
  return { count, nats: natsAccess(flags, "--agents"), host: agentsHost ?? LOOPBACK, server };
}

/** What is not built for agents yet. */
function refuseBeside(flags: BenchFlags): void {
  const without: readonly (keyof BenchFlags)[] = [
    "link",
    "nodes",
    "backplane",
    "balancer",
    "clients",
    "target",
    "broker",
    "against",
    "againstVersion",
    ...(flags.serverAgent === undefined ? [] : (["runtime"] as const)),
  ];
  const found = without.find((name) => flags[name] !== undefined);
  if (found === undefined) return;
  const flag = found.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usage(`--agents does not go with --${flag} yet; leave one of them out`);
}

/** The choice as it is for these. Fails with one line where a scenario or a transport can't be had with agents. */
export function agentsFor(
  choice: AgentsChoice,
  scenarios: readonly ReadyScenario[],
  transports: readonly TransportEntry[],
): AgentsChoice {
  const unfit = scenarios.find((one) => whyNotByAgents(one) !== undefined);
  if (unfit)
    throw usage(`${unfit.name} can't be run with agents yet: ${whyNotByAgents(unfit)}; leave it out`);
  const secure = transports.find(({ name }) => inTheClear(name) !== undefined);
  if (!secure) return choice;
  if (choice.host !== LOOPBACK)
    throw usage(`the certificate of ${secure.name} is for 127.0.0.1 only; leave out TLS or --agents-host`);
  return { ...choice, together: `the certificate of ${secure.name} is for 127.0.0.1 only` };
}

/** Undefined where it can. */
export function whyNotByAgents(scenario: ReadyScenario): string | undefined {
  const plan = scenario.plan(0);
  if (plan.cluster) return "it has several nodes";
  if (plan.link || needsRelay(plan)) return "it has a link between clients and server";
  return undefined;
}

/** Has the agents work for this run; what was started here ends with close(). `say` is told in one line what may surprise. Fails with one line. */
export async function openAgents(choice: AgentsChoice, say: (line: string) => void): Promise<AgentPool> {
  const { count, nats, host, server } = choice;
  try {
    return nats === undefined
      ? await openLocal(choice, say)
      : await openPool(nats, { count, host, server, patienceMs: PATIENCE_MS.elsewhere });
  } catch (error) {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  }
}

async function openLocal({ count, server, together }: AgentsChoice, say: (line: string) => void) {
  const why = together ?? whyNoOwnNetworks();
  if (why !== undefined) say(`the agents share this machine's network, none has one of its own: ${why}`);
  const command = [process.execPath, fileURLToPath(builtModule("cli/main")), "agent"];
  const local = await startLocalAgents({ count, command, server, apart: why === undefined });
  try {
    const { url, host, placing } = local;
    const pool = await openPool({ url }, { count, host, server, placing, patienceMs: PATIENCE_MS.local });
    const close = async () => {
      await pool.close();
      await local.stop();
    };
    return { ...pool, close };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

async function openPool(access: NatsAccess, options: Omit<AgentPoolOptions, "bus">): Promise<AgentPool> {
  return openAgentPool({ ...options, bus: await connectNats(access, "notif-lab controller") });
}
