import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** Everybody connects at once. */
export const connectStorm: Scenario = {
  name: "connect-storm",
  summary: "everybody connects at once: how long it takes until the last one is ready",
  about:
    "A match begins, a link is sent round, a lecture hall opens the page: all come in the same second, and each has its token verified " +
    "and its channel subscribed. Look at the connect rate and at the p99 of the time to ready. One machine plays both sides, so " +
    "the clients' own work is in it.",
  params: {
    ...commonParams(
      { connections: 500, rate: 0 },
      { connections: "users, all connecting at once", rate: "nothing: nobody publishes" },
    ),
    rate: {
      default: 0,
      min: 0,
      max: 100_000,
      unit: "publishes/s",
      about: "without effect: nobody publishes",
    },
    connections: { default: 500, min: 60, max: 40_000, unit: "connections", about: "users" },
    duration: { default: 0.5, min: 0.5, max: 86_400, unit: "s", about: "silence after the storm" },
  },
  plan: (params, seed) => ({
    version: 1,
    scenario: "connect-storm",
    seed,
    loop: "open",
    groups: [{ name: "user", users: params.connections, follows: ["own"], marksRead: false }],
    traffic: [],
    phases: {
      ...commonPhases(params),
      warmupMs: 0,
      connectsPerSecond: 1_000_000,
      connectsAtOnce: params.connections,
    },
  }),
};
