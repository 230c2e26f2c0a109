import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import { LabError } from "../../core/errors.ts";
import { NATS_VARIABLE, startLocalAgents } from "../../harness/agents/local.ts";
import { type AgentPool, openAgentPool } from "../../harness/agents/pool.ts";
import { MOST_LOAD_PROCESSES } from "../../harness/result/schema/units.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import { needsRelay } from "../../scenarios/users.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { CliFailure, usage } from "../process/failure.ts";
import { parseNumber } from "./choices.ts";

/** How many agents run the load. */
export interface AgentsChoice {
  readonly count: number;
  /** Where they wait; undefined where the lab starts them, and their NATS, on this machine. */
  readonly nats: string | undefined;
  /** Where they reach this machine. */
  readonly host: string;
}

const LOOPBACK = "127.0.0.1";
const PATIENCE_MS = { local: 30_000, elsewhere: 3_000 };
const LONGEST_NAME = 60;

/** What the flags ask for; undefined where they ask for no agents. Impossible ones fail with one line. */
export function agentsOf(flags: BenchFlags): AgentsChoice | undefined {
  const { agents, nats, agentsHost } = flags;
  if (agents === undefined) {
    if (nats !== undefined || agentsHost !== undefined)
      throw usage(`${nats === undefined ? "--agents-host" : "--nats"} is about agents; add --agents 2`);
    return undefined;
  }
  const local = /^local:(.*)$/.exec(agents)?.[1];
  const count = parseNumber(local === undefined ? "--agents" : "--agents local:", local ?? agents, {
    min: 1,
    max: MOST_LOAD_PROCESSES,
    integer: true,
  });
  refuseBeside(flags);
  if (local !== undefined) {
    if (nats !== undefined || agentsHost !== undefined)
      throw usage(
        "--agents local:N starts NATS and agents here; leave out --nats and --agents-host, or the word local:",
      );
    return { count, nats: undefined, host: LOOPBACK };
  }
  if (agentsHost !== undefined && isIP(agentsHost) === 0)
    throw usage(`--agents-host takes the IP address of this machine that agents reach, not "${agentsHost}"`);
  return { count, nats: natsUrl(nats, "--agents"), host: agentsHost ?? LOOPBACK };
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
    "transportModule",
    "against",
    "againstVersion",
    "until",
    "launches",
    "rounds",
  ];
  const found = without.find((name) => flags[name] !== undefined);
  if (found === undefined) return;
  const flag = found.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usage(`--agents does not go with --${flag} yet; leave one of them out`);
}

/** Fails with one line where a scenario or a transport can't be had with agents. */
export function refuseForAgents(
  { host }: AgentsChoice,
  scenarios: readonly ReadyScenario[],
  transports: readonly TransportEntry[],
): void {
  const unfit = scenarios.find((one) => whyNotByAgents(one) !== undefined);
  if (unfit)
    throw usage(`${unfit.name} can't be run with agents yet: ${whyNotByAgents(unfit)}; leave it out`);
  const secure = transports.find(({ name }) => inTheClear(name) !== undefined);
  if (secure && host !== LOOPBACK)
    throw usage(`the certificate of ${secure.name} is for 127.0.0.1 only; leave out TLS or --agents-host`);
}

/** Undefined where it can. */
export function whyNotByAgents(scenario: ReadyScenario): string | undefined {
  const plan = scenario.plan(0);
  if (plan.cluster) return "it has several nodes";
  if (plan.link || needsRelay(plan)) return "it has a link between clients and server";
  return undefined;
}

/** The address of NATS from a flag or the environment. */
export function natsUrl(flag: string | undefined, needing: string): string {
  const text = flag ?? process.env[NATS_VARIABLE];
  if (text === undefined)
    throw usage(
      needing === "--nats"
        ? `say where NATS is: --nats nats://host:4222, or in ${NATS_VARIABLE}`
        : `--agents needs to know where they wait: add --nats nats://host:4222, or use --agents local:2`,
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(nats|tls):$/.test(url.protocol) || url.hostname === "")
    throw usage(
      `${flag === undefined ? NATS_VARIABLE : "--nats"} takes an address such as nats://10.0.0.5:4222`,
    );
  if (flag !== undefined && url.username !== "")
    throw usage(
      `a password in --nats would stand in lists of processes and in the results; put the same address with it into ${NATS_VARIABLE} instead`,
    );
  return text;
}

export function agentName(name: string | undefined): string | undefined {
  if (name === undefined || (/^[\w.-]+$/.test(name) && name.length <= LONGEST_NAME)) return name;
  throw usage(`--name takes up to ${LONGEST_NAME} letters, digits, dots and dashes, not "${name}"`);
}

/** Has the agents work for this run; what was started here ends with close(). Fails with one line. */
export async function openAgents({ count, nats, host }: AgentsChoice): Promise<AgentPool> {
  try {
    if (nats !== undefined)
      return await openAgentPool({ url: nats, count, host, patienceMs: PATIENCE_MS.elsewhere });
    const main = fileURLToPath(builtModule("cli/main"));
    const local = await startLocalAgents(count, [process.execPath, main, "agent"]);
    try {
      const pool = await openAgentPool({ url: local.url, count, host, patienceMs: PATIENCE_MS.local });
      const close = async () => {
        await pool.close();
        await local.stop();
      };
      return { ...pool, close };
    } catch (error) {
      await local.stop();
      throw error;
    }
  } catch (error) {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  }
}
