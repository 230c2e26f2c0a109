import type { Plan } from "../../scenarios/plan.ts";

/**
 * The same plan with at most `maxUsers` users, or one a group where there are more groups than that. Groups shrink in proportion,
 * yet none disappears, and one whose users form pairs keeps two.
 */
export function scaledPlan(plan: Plan, maxUsers: number): Plan {
  const total = plan.groups.reduce((sum, { users }) => sum + users, 0);
  if (total <= maxUsers) return plan;
  const leastOf = (name: string) =>
    plan.traffic.some(({ to }) => "randomUserOf" in to && to.randomUserOf === name) ? 2 : 1;
  const groups = plan.groups.map((group) => ({
    ...group,
    users: Math.max(leastOf(group.name), Math.floor((group.users * maxUsers) / total)),
  }));
  for (let over = groups.reduce((sum, { users }) => sum + users, 0) - maxUsers; over > 0; over -= 1) {
    const largest = groups.reduce((a, b) => (b.users > a.users ? b : a));
    if (largest.users <= leastOf(largest.name)) break;
    largest.users -= 1;
  }
  return { ...plan, groups };
}

const TRAFFIC_MS = 1_000;
/** Publishes of all kinds together, so that there is something to count, and not too much to keep. */
const PUBLISHES_PER_SECOND = { least: 20, most: 100 };
const BURST = 50;
const MOST_BYTES = 16 * 1024 * 1024;

/** What a byte breakdown runs: a small population, one second of the plan's traffic without a warm-up, at a rate whose bytes can be kept. */
export function breakdownPlan(plan: Plan, maxUsers: number): Plan {
  const small = scaledPlan(plan, maxUsers);
  const rate = small.traffic.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
  const largest = Math.max(...small.traffic.map(({ payloadCharacters }) => payloadCharacters));
  const users = small.groups.reduce((sum, one) => sum + one.users, 0);
  const most = Math.min(PUBLISHES_PER_SECOND.most, MOST_BYTES / (largest * users));
  const factor = Math.min(most, Math.max(PUBLISHES_PER_SECOND.least, rate)) / rate;
  return {
    ...small,
    traffic: small.traffic.map((one) => ({
      ...one,
      ratePerSecond: one.ratePerSecond * factor,
      arrivals:
        typeof one.arrivals === "object" ? { burstOf: Math.min(one.arrivals.burstOf, BURST) } : one.arrivals,
    })),
    phases: { ...small.phases, warmupMs: 0, settleMs: 0, measureMs: TRAFFIC_MS },
  };
}
