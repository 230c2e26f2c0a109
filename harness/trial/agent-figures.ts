import { mergeLatencies } from "../measurement/histogram.ts";
import { hostNoise } from "../measurement/host-noise.ts";
import { loopUtilization } from "../measurement/process-monitor.ts";
import { usersOfPart } from "../processes/roles.ts";
import { present } from "../result/present.ts";
import type { AgentFigures } from "../result/schema/agents.ts";
import type { Observation } from "./observation.ts";
import type { AgentReading } from "./site.ts";

type Load = Observation["loads"][number];

/** What each agent did in a trial, or in all slices of one, and how well what went from one to another is known. */
export function agentsOf(slices: readonly Observation[]): AgentFigures | undefined {
  const [first] = slices;
  if (!first?.agents) return undefined;
  const { each, server } = first.agents;
  const loads = slices.flatMap((slice) => slice.loads);
  const publishes = loads.reduce((sum, { report }) => sum + report.count.publishes, 0);
  const figures = each.map((agent, place) => {
    const own = loads.filter((load) => load.agent === place);
    const did = figuresOf(agent, own);
    return {
      ...did,
      ...present({ lost: own.length === 0 ? undefined : lostBy(loads, place, did.deliveries) }),
      ...partOf(first, place),
      ...present(slices.length === 1 ? noiseOf(first, agent) : {}),
    };
  });
  const merged = (which: "same" | "other") =>
    mergeLatencies(
      loads.flatMap(({ report }) => report.nodeLatency?.[which] ?? []),
      publishes,
    );
  const [same, other] = [merged("same"), merged("other")];
  const timed = loads.flatMap(({ report }) => [
    report.deliveryLatency,
    report.serviceLatency,
    report.publishLatency,
    report.receiptLatency,
  ]);
  const negative = timed.reduce((sum, one) => sum + one.negative, 0);
  return {
    each: figures,
    server: { on: server.on, host: server.host },
    latencyBoundUs: latencyBoundUs(figures),
    ...present({
      sameAgentDeliveries: same?.count,
      sameAgentP50Us: same?.p50,
      sameAgentP99Us: same?.p99,
      otherAgentDeliveries: other?.count,
      otherAgentP50Us: other?.p50,
      otherAgentP99Us: other?.p99,
      lowestUs: negative === 0 ? undefined : Math.min(...timed.map(({ lowestUs = 0 }) => lowestUs)),
    }),
    negative,
    natsMessages: slices.reduce((sum, { agents }) => sum + (agents?.natsMessages ?? 0), 0),
  };
}

/** How far off a latency is that begins by one of these clocks and ends by another. */
export function latencyBoundUs(
  each: readonly Pick<AgentFigures["each"][number], "boundUs" | "users">[],
): number {
  const bounds = each.filter(({ users }) => users > 0).map(({ boundUs }) => boundUs);
  const [first = 0, second] = bounds.sort((a, b) => b - a);
  return second === undefined ? 0 : first + second;
}

function figuresOf(
  { name, serves, cores, here, machine, clockSync, offsetUs, boundUs, driftUs, driftPpm }: AgentReading,
  loads: readonly Load[],
): Omit<AgentFigures["each"][number], "loadProcesses" | "users"> {
  const sum = (of: (load: Load) => number) => loads.reduce((total, load) => total + of(load), 0);
  const publishes = sum(({ report }) => report.count.publishes);
  const latencyOf = (of: (load: Load) => Load["report"]["sendLag"]) =>
    mergeLatencies(loads.map(of), publishes);
  const lag = latencyOf(({ report }) => report.sendLag);
  const delivery = latencyOf(({ report }) => report.deliveryLatency);
  const busy = loads.map(({ before, after }) =>
    loopUtilization(before.process, after.process, after.spunUs - before.spunUs),
  );
  return {
    name,
    serves,
    cores,
    here,
    machine: { ...machine },
    clockSync,
    publishes,
    deliveries: sum(({ report }) => report.deliveries.delivered + drained(report)),
    ...present({
      sendLagP99Us: lag?.p99,
      deliveryP50Us: delivery?.p50,
      deliveryP99Us: delivery?.p99,
      busiest: busy.length === 0 ? undefined : Math.max(...busy),
    }),
    offsetUs,
    boundUs,
    driftUs,
    driftPpm,
  };
}

/** What the publishers say that this agent's clients were to get, less what they got; undefined where publishers did not say. */
function lostBy(loads: readonly Load[], place: number, deliveries: number): number | undefined {
  const told = loads.flatMap(({ report }) => (report.expectedByNode ? [report.expectedByNode] : []));
  if (told.length === 0) return undefined;
  return Math.max(0, told.reduce((sum, byNode) => sum + (byNode[place] ?? 0), 0) - deliveries);
}

/** What sinks counted instead of clients. */
function drained({ role, drained: own }: Load["report"]): number {
  return role === "sinks" ? (own?.bodies.reduce((total, some) => total + some, 0) ?? 0) : 0;
}

/** How many load processes an agent had, and how many of the plan's users. */
function partOf({ plan, loads }: Observation, place: number) {
  const own = loads.filter(({ agent }) => agent === place);
  const users = own.reduce((sum, { part }) => sum + (part ? usersOfPart(plan, part).length : 0), 0);
  return { loadProcesses: own.length, users };
}

/** What another machine did beside the trial; one machine may have several agents. Nothing for the controller's own, and where nothing was sampled. */
function noiseOf({ agents, loads, server }: Observation, agent: AgentReading) {
  if (!agent.host || !agents) return {};
  const beside = agents.each.map((one) => one.boot === agent.boot);
  const usedUs = ({ before, after }: Pick<Load, "before" | "after">) =>
    after.process.cpuUserUs +
    after.process.cpuSystemUs -
    before.process.cpuUserUs -
    before.process.cpuSystemUs;
  const ofLoads = loads
    .filter((load) => load.agent !== undefined && beside[load.agent])
    .reduce((sum, load) => sum + usedUs(load), 0);
  const serves = agents.each.some((one, place) => one.serves && beside[place]);
  const { before, after } = server;
  const ofServer = serves
    ? after.process.cpuUserUs +
      after.process.cpuSystemUs -
      before.process.cpuUserUs -
      before.process.cpuSystemUs
    : 0;
  return hostNoise(agent.host.before, agent.host.after, ofLoads + ofServer);
}
