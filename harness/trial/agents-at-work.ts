import type { Observation } from "./observation.ts";
import type { TrialProcesses } from "./trial-processes.ts";

/** Who a load process is run by; nothing where this process runs it. */
export function whereIs({ agents, parts }: TrialProcesses, load: number) {
  const part = parts[load];
  return agents && part ? { agent: agents.agentOf(load), part, elsewhere: !agents.isHere(load) } : {};
}

/** What is known of the agents when something was measured; undefined where there are none. */
export function agentsAtWork(
  { agents, endpoint }: TrialProcesses,
  natsMessages: number,
): Observation["agents"] {
  if (!agents) return undefined;
  const server = {
    on: agents.serverName() ?? "the controller",
    host: endpoint === undefined ? agents.host : new URL(endpoint.url).hostname,
    elsewhere: !agents.isServerHere(),
  };
  return { each: agents.known(), server, natsMessages };
}
