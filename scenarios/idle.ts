import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** Connections that stand and say nothing. */
export const idle: Scenario = {
  name: "idle",
  summary: "connections that stand and say nothing: what each costs in memory, and in heartbeats",
  about:
    "Most connections of most services are silent most of the time: a phone in a pocket, a tab in the background. They connect in " +
    "five steps, and nothing is published. Look at the KiB a connection takes, at the bytes an hour that keep it alive, and at the " +
    "time from a connection's first byte to its subscription.",
  params: {
    ...commonParams(
      { connections: 500, rate: 0 },
      { connections: "users, each following its own channel", rate: "nothing: nobody publishes" },
    ),
    rate: {
      default: 0,
      min: 0,
      max: 100_000,
      unit: "publishes/s",
      about: "without effect: nobody publishes",
    },
    connections: { default: 500, min: 60, max: 40_000, unit: "connections", about: "users" },
    duration: {
      default: 20,
      min: 20,
      max: 86_400,
      unit: "s",
      about: "silence measured; heartbeats come every 10 s",
    },
  },
  plan: (params, seed) => ({
    version: 1,
    scenario: "idle",
    seed,
    loop: "open",
    groups: [{ name: "user", users: params.connections, follows: ["own"], marksRead: false }],
    traffic: [],
    phases: { ...commonPhases(params), warmupMs: 0 },
  }),
};
