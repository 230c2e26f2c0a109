import { isClaim } from "../result/clock-claim.ts";
import type { Metrics } from "../result/result.ts";

/** Of another machine, as of this one: see validity.ts. */
const MOST = { cpuPressure: 0.5, steal: 0.02, busiest: 0.7 };

/** Who ran the load, what the clocks allow to be said, and which agent's machine was in the way. */
export function notesOfAgents(metrics: Metrics): string[] {
  const { agents } = metrics;
  if (!agents) return [];
  return [
    ofClocks(agents),
    claims(metrics, agents),
    negatives(agents),
    losses(agents),
    ...agents.each.flatMap(machine),
  ].filter((note) => note !== undefined);
}

type Agents = NonNullable<Metrics["agents"]>;

const us = (value: number) => value.toFixed(value < 10 ? 1 : 0);

function ofClocks({ each, latencyBoundUs, natsMessages, server }: Agents): string {
  const load = each.filter(({ serves }) => !serves);
  const clocks = each.map(({ name, boundUs }) => `${name} +- ${boundUs.toFixed(1)} us`).join(", ");
  const latencies =
    latencyBoundUs === 0
      ? "all clients were on one agent, so that delivery latencies need no comparison of clocks"
      : `delivery latencies between agents are +- ${us(latencyBoundUs)} us, up to all of it from asymmetric paths, which can't be detected`;
  return `load by ${load.length} ${load.length === 1 ? "agent" : "agents"}, server on ${server.on} (clocks against the controller's: ${clocks}); ${latencies}; NATS carried ${natsMessages} messages in the measured time`;
}

function claims(metrics: Metrics, agents: Agents): string | undefined {
  if (isClaim(metrics)) return undefined;
  const median = metrics.deliveryLatencyUs?.p50;
  const same =
    agents.sameAgentP50Us === undefined
      ? ""
      : `; between clients of one agent the median is ${us(agents.sameAgentP50Us)} us, which needs no comparison`;
  return `delivery latencies of this trial are no claim: the clocks are known to +- ${us(agents.latencyBoundUs)} us only, which is over a tenth of the median of ${Math.round(median ?? 0)} us; publish latencies, there and back by one clock, stand${same}`;
}

function negatives({ negative, lowestUs = 0, latencyBoundUs }: Agents): string | undefined {
  if (negative === 0 || -lowestUs > latencyBoundUs) return undefined;
  return `${negative} latencies came out negative, down to ${us(lowestUs)} us, which is within the bound of the clocks; they are in no quantile`;
}

/** Whose clients did not get what they should have: a network's or a machine's fault is one agent's, a server's is everybody's. */
function losses({ each }: Agents): string | undefined {
  const losing = each.filter(({ lost = 0 }) => lost > 0);
  if (losing.length === 0) return undefined;
  const shares = losing.map(({ name, lost = 0, deliveries }) => `${lost} of ${lost + deliveries} on ${name}`);
  const others = each.filter(({ lost }) => lost === 0).map(({ name }) => name);
  return `deliveries were lost by clients of agents: ${shares.join(", ")}${others.length > 0 ? `; none on ${others.join(", ")}` : ""}`;
}

/** The controller's own machine is judged with the trial. */
function machine({ name, here, cpuPressure = 0, steal = 0, busiest = 0 }: Agents["each"][number]): string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const found = [
    !here &&
      cpuPressure > MOST.cpuPressure &&
      `on its machine tasks waited for a CPU ${percent(cpuPressure)} of the time`,
    !here &&
      steal > MOST.steal &&
      `its machine's hypervisor gave ${percent(steal)} of the CPU time to others`,
    busiest > MOST.busiest && `a load process of it was busy ${percent(busiest)} of the time`,
  ].filter((one) => one !== false);
  return found.map((one) => `agent ${name}: ${one}`);
}
