import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

const BURST = 10;

/** A feed in bursts. */
export const marketData: Scenario = {
  name: "market-data",
  summary: "one feed to many in bursts of ten: what the last of a burst waits for",
  standsFor: "one feed in bursts of ten",
  lookAt: "p99 over median: how long the last of a burst waits",
  about:
    "Quotes. When a price moves, ten instruments move with it in the same instant, and a quote that is late is wrong. The quotes of a burst queue " +
    "behind each other, so latency is that of the queue: look at the distance between p99 and median.",
  params: commonParams(
    { connections: 60, rate: 50 },
    { connections: "one feed, the others subscribers", rate: "quotes, in bursts of ten" },
  ),
  plan: (params, seed) => ({
    version: 1,
    scenario: "market-data",
    seed,
    loop: "open",
    groups: [
      { name: "feed", users: 1, follows: [], marksRead: false },
      { name: "subscriber", users: params.connections - 1, follows: ["topic/quotes"], marksRead: false },
    ],
    traffic: [
      {
        from: "feed",
        to: { topic: "topic/quotes" },
        arrivals: { burstOf: BURST },
        ratePerSecond: params.rate,
        payloadCharacters: params.payload,
      },
    ],
    phases: commonPhases(params),
  }),
};
