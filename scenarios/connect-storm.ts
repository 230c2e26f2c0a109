import type { Scenario } from "./scenario.ts";
import { silentParams, silentPlan } from "./silence.ts";

/** Everybody connects at once. */
export const connectStorm: Scenario = {
  name: "connect-storm",
  summary: "everybody connects at once: how long it takes until the last one is ready",
  standsFor: "all clients connect at once",
  lookAt: "p99 of the time to ready",
  about:
    "A match begins, an address is shared, a lecture hall opens the page: everyone connects in the same second, and each has its token verified " +
    "and its channel subscribed. Look at the connections a second and at the p99 of the time to ready. One machine plays both sides, so " +
    "the clients' own work is included.",
  params: silentParams("users, all connecting at once", {
    default: 0.5,
    min: 0.5,
    about: "silence after the storm",
  }),
  plan: (params, seed) =>
    silentPlan("connect-storm", params, seed, {
      connectsPerSecond: 1_000_000,
      connectsAtOnce: params.connections,
    }),
};
