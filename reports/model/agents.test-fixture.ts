import type { Metrics, Results } from "../../harness/result/result.ts";

export type Agents = NonNullable<Metrics["agents"]>;
type Agent = Agents["each"][number];

/** One on another machine than the run's own, with plausible figures. */
export function agentOf(name: string, changes: Partial<Agent> = {}): Agent {
  const { deliveryP50Us = 400 } = changes;
  return {
    name,
    serves: false,
    cores: 4,
    here: false,
    machine: { platform: "linux", kernel: "6.1", arch: "x64", cpuModel: "A CPU", memoryBytes: 8 * 1024 ** 3 },
    clockSync: "chrony: 3.0 us off ntp (stratum 2), +- 40 us",
    loadProcesses: 1,
    users: 10,
    publishes: 100,
    deliveries: 500,
    sendLagP99Us: 120,
    deliveryP50Us,
    deliveryP99Us: 3 * deliveryP50Us,
    busiest: 0.2,
    cpuPressure: 0.1,
    offsetUs: 5,
    boundUs: 20,
    driftUs: 0,
    driftPpm: 1.5,
    ...changes,
  };
}

/** The results as of a run whose load these agents ran. */
export function withAgents(results: Results, each: readonly Agent[], server: Agents["server"]): Results {
  const agents: Agents = {
    each: [...each],
    server,
    latencyBoundUs: 40,
    sameAgentP50Us: 400,
    otherAgentP50Us: 410,
    negative: 0,
    natsMessages: 0,
  };
  return {
    ...results,
    agents: each.filter(({ serves }) => !serves).length,
    trials: results.trials.map((trial) =>
      trial.metrics ? { ...trial, metrics: { ...trial.metrics, agents } } : trial,
    ),
  };
}
