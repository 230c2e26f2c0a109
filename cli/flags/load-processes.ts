import { availableParallelism } from "node:os";
import { divideProcessors } from "../../harness/processes/affinity.ts";
import { audiencesOf } from "../../harness/processes/audiences.ts";
import { MOST_LOAD_PROCESSES } from "../../harness/result/schema/units.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import type { Plan } from "../../scenarios/plan.ts";

const CLIENTS_A_PROCESS = 2_500;
const DELIVERIES_A_PROCESS = 20_000;

/** As many as the largest scenario's clients and deliveries a second need, but no more than the load has CPUs. */
export function automaticLoadProcesses(scenarios: readonly ReadyScenario[]): number {
  const needed = scenarios.map((scenario) => {
    const plan = scenario.plan(0);
    const users = plan.groups.reduce((sum, group) => sum + group.users, 0);
    return Math.max(users / CLIENTS_A_PROCESS, deliveriesPerSecond(plan) / DELIVERIES_A_PROCESS);
  });
  const affinity = divideProcessors();
  const room = typeof affinity === "string" ? availableParallelism() - 1 : affinity.load.length;
  return Math.max(1, Math.min(Math.ceil(Math.max(...needed)), room, MOST_LOAD_PROCESSES));
}

function deliveriesPerSecond(plan: Plan): number {
  const audiences = audiencesOf(plan);
  return plan.traffic.reduce((sum, { to, ratePerSecond }) => {
    const subscribers = "topic" in to ? (audiences.get(to.topic)?.subscribers ?? 0) : 1;
    return sum + ratePerSecond * subscribers;
  }, 0);
}
