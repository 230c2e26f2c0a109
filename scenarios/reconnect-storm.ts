import { feed } from "./feed.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** All connections are lost at once, and all come back. */
export const reconnectStorm: Scenario = {
  name: "reconnect-storm",
  summary:
    "every connection is reset at once, and everyone comes back: how long until everything is healthy again",
  standsFor: "all connections are reset at once",
  lookAt: "time until the last connection is back and the p99 is healthy",
  about:
    "A load balancer is replaced, and all clients return within about a second, spread by their jitter. " +
    "Look at the time until the last one is back, and until the p99 is within twice what it was before.",
  params: {
    ...commonParams(
      { connections: 300, rate: 20 },
      {
        connections: "one publisher, the others subscribers behind the relay",
        rate: "publishes to the topic",
      },
    ),
    duration: {
      default: 12,
      min: 8,
      max: 86_400,
      unit: "s",
      about: "time measured; the reset comes after a quarter of it",
    },
  },
  plan: (params, seed) => ({
    version: 1,
    scenario: "reconnect-storm",
    seed,
    loop: "open",
    ...feed(params, { past: true }),
    phases: commonPhases(params),
    replayWindow: 1_000,
    faults: [{ kind: "link-reset", atMs: Math.round(params.duration * 250) }],
  }),
};
