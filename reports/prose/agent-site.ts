import type { Metrics, Results } from "../../harness/result/result.ts";
import { listed } from "./text.ts";

type Agents = NonNullable<Metrics["agents"]>;
type Agent = Agents["each"][number];

const LOOPBACK = /^(127\.|\[?::1\]?$)/;

/** The agents on other machines than the run's own that had its servers, each once. */
export function serversElsewhere(results: Results): Agent[] {
  const serving = agentsIn(results).flatMap(servingElsewhere);
  return [...new Map(serving.map((agent) => [agent.name, agent])).values()];
}

/** "agent big", where the servers were not on the run's own machine. */
export function serverPlace(results: Results): string | undefined {
  const names = serversElsewhere(results).map(({ name }) => name);
  return names.length === 0 ? undefined : `${names.length > 1 ? "agents" : "agent"} ${listed(names)}`;
}

/** Whether agents and servers were on one machine, in all trials that tell. */
export function isOfOneMachine(results: Results): boolean {
  const seen = agentsIn(results);
  return seen.length > 0 && seen.every((one) => isByLoopback(one) || one.each.every(({ here }) => here));
}

/** Whether only the loopback interface of the run's own machine was between agents and servers, in all trials that tell. */
export function isOfLoopback(results: Results): boolean {
  const seen = agentsIn(results);
  return seen.length > 0 && seen.every(isByLoopback) && serversElsewhere(results).length === 0;
}

/** What of the way between servers and agents is in every latency; nothing where no trial tells. */
export function agentWayTexts(results: Results): string[] {
  const seen = agentsIn(results);
  if (seen.length === 0) return [];
  if (isOfOneMachine(results))
    return [
      "Server and clients were on one machine: your network's round trips come on top of every latency.",
    ];
  const beside = seen
    .filter((one) => servingElsewhere(one).length === 0)
    .flatMap(({ each }) => each.flatMap(({ name, here, serves }) => (here && !serves ? name : [])));
  const except =
    beside.length > 0
      ? `, except between the clients of ${listed([...new Set(beside)])}, which were on the server's machine`
      : "";
  return [`The network between the server and its clients is part of every latency${except}.`];
}

function agentsIn({ trials }: Results): Agents[] {
  return trials.flatMap(({ metrics }) => metrics?.agents ?? []);
}

function servingElsewhere({ each }: Agents): Agent[] {
  return each.filter(({ serves, here }) => serves && !here);
}

/** Whoever reaches a server there is on its machine, also where nothing tells machines apart. */
function isByLoopback({ server }: Agents): boolean {
  return LOOPBACK.test(server.host);
}
