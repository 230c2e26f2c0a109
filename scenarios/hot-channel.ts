import { THREE_NODES } from "./cluster-feed.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

const PARAMS = commonParams(
  { connections: 200, rate: 60 },
  {
    connections: "one publisher; nine in ten of the others follow the hot topic",
    rate: "publishes: a third to the topic, the others to a user's own channel",
  },
);

/** Most of the audience on one channel, which no sharding spreads. */
export const hotChannel: Scenario = {
  name: "hot-channel",
  summary: "one topic with most of the audience beside personal messages, on three nodes",
  standsFor: "a live event beside everyday traffic",
  lookAt: "delivery p99, CPU, the backplane's share",
  about:
    "Three nodes share their channels over Redis. Nine in ten users follow one topic, the live event, and all of them get personal " +
    "messages beside it. Spreading channels over engines does not help a hot one: every node has to carry it. Look at the delivery latency and " +
    "at what Redis and the nodes spend.",
  params: { ...PARAMS, connections: { ...PARAMS.connections, min: 10 } },
  plan: (params, seed) => {
    const { connections, rate, payload } = params;
    const others = Math.max(2, Math.round((connections - 1) / 10));
    const fans = connections - 1 - others;
    const common = { from: "publisher", arrivals: "poisson", payloadCharacters: payload } as const;
    return {
      version: 1,
      scenario: "hot-channel",
      seed,
      loop: "open",
      groups: [
        { name: "publisher", users: 1, follows: [], marksRead: false },
        { name: "fan", users: fans, follows: ["own", "topic/live"], marksRead: false },
        { name: "other", users: others, follows: ["own"], marksRead: false },
      ],
      traffic: [
        { ...common, to: { topic: "topic/live" }, ratePerSecond: rate / 3 },
        { ...common, to: { randomUserOf: "fan" }, ratePerSecond: rate / 2 },
        { ...common, to: { randomUserOf: "other" }, ratePerSecond: rate / 6 },
      ],
      phases: commonPhases(params),
      cluster: THREE_NODES,
    };
  },
};
