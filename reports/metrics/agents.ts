import { defined } from "./metric.ts";

const WORST = {
  join: "maximum of the agents",
  better: "lower",
  unranked: true,
  group: "Agents",
  views: ["scenario if measured"],
} as const;

const CLOCKS = {
  unit: "micros",
  better: "lower",
  unranked: true,
  group: "Delivery by agent",
  latency: true,
  views: ["scenario if measured"],
} as const;

/** Of the machines that ran the load: the worst of them decides. */
export const AGENTS = {
  agentClock: defined({
    ...WORST,
    paths: ["agents.each.*.boundUs"],
    unit: "micros",
    label: "clock bound",
    about:
      "The largest clock bound of any agent; a latency from one agent to another is off by at most the sum of the two largest.",
    prometheus: "agent_clock_bound_seconds",
  }),
  agentLost: defined({
    ...WORST,
    combine: "worst",
    paths: ["agents.each.*.lost"],
    unit: "count",
    label: "lost on one agent",
    about: "Deliveries that an agent's clients should have got and did not, on the agent that lost most.",
    prometheus: "agent_lost_deliveries",
  }),
  agentLag: defined({
    ...WORST,
    paths: ["agents.each.*.sendLagP99Us"],
    unit: "micros",
    label: "send lag p99",
    about: "The p99 of the send lag, on the agent where it was largest.",
    prometheus: "agent_send_lag_p99_seconds",
  }),
  agentBusy: defined({
    ...WORST,
    paths: ["agents.each.*.busiest"],
    unit: "share",
    label: "busiest process",
    about: "The share of the time in which the busiest load process of all agents was busy.",
    prometheus: "agent_busiest_ratio",
  }),
  agentPressure: defined({
    ...WORST,
    paths: ["agents.each.*.cpuPressure"],
    unit: "share",
    label: "waited for a CPU",
    about:
      "On the agents' machines other than the controller's: the share of the time in which some task waited for a CPU, where it was most.",
    prometheus: "agent_cpu_pressure_ratio",
  }),
  agentSteal: defined({
    ...WORST,
    paths: ["agents.each.*.steal"],
    unit: "share",
    label: "stolen",
    about:
      "On the agents' machines other than the controller's: the share of CPU time that the hypervisor gave to others, where it was most.",
    prometheus: "agent_steal_ratio",
  }),
  agentOthers: defined({
    ...WORST,
    paths: ["agents.each.*.otherCpus"],
    unit: "processors",
    label: "other programs",
    about:
      "On the agents' machines other than the controller's: CPUs used beside the trial's processes, the agent's own included, where it was most.",
    prometheus: "agent_other_cpus",
  }),
  sameAgentP50: defined({
    ...CLOCKS,
    paths: ["agents.sameAgentP50Us"],
    label: "p50 within an agent",
    about:
      "Median delivery latency where publisher and subscriber were on the same agent: it needs no comparison of clocks, and is a check on the other.",
    prometheus: "same_agent_delivery_p50_seconds",
  }),
  sameAgentP99: defined({
    ...CLOCKS,
    paths: ["agents.sameAgentP99Us"],
    label: "p99 within an agent",
    about: "The p99 of the same.",
    prometheus: "same_agent_delivery_p99_seconds",
  }),
  otherAgentP50: defined({
    ...CLOCKS,
    oneWay: true,
    paths: ["agents.otherAgentP50Us"],
    label: "p50 between agents",
    about: "Median delivery latency from one agent to another: it is off by no more than the clocks' bounds.",
    prometheus: "other_agent_delivery_p50_seconds",
  }),
  otherAgentP99: defined({
    ...CLOCKS,
    oneWay: true,
    paths: ["agents.otherAgentP99Us"],
    label: "p99 between agents",
    about: "The p99 of the same.",
    prometheus: "other_agent_delivery_p99_seconds",
  }),
};
