import type { Scenario } from "./scenario.ts";
import { silentParams, silentPlan } from "./silence.ts";

/** Connections that stand and say nothing. */
export const idle: Scenario = {
  name: "idle",
  summary: "idle connections: what each costs in memory and heartbeats",
  standsFor: "silent connections",
  lookAt: "memory per connection, bytes per hour, time to ready",
  about:
    "Most connections of most services are silent most of the time: a phone in a pocket, a tab in the background. They connect in " +
    "five steps, and nothing is published. Look at the memory per connection, at the bytes per hour that keep it alive, and at the " +
    "time from a connection's first byte to its subscription.",
  params: silentParams("users, each following its own channel", {
    default: 20,
    min: 20,
    about: "silence measured; heartbeats come every 10 s",
  }),
  plan: (params, seed) => silentPlan("idle", params, seed, {}),
};
