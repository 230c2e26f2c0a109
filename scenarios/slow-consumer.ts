import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** Some subscribers stop reading. */
export const slowConsumer: Scenario = {
  name: "slow-consumer",
  summary:
    "a tenth of the subscribers stop reading: what the server holds for them, and how the others are affected",
  standsFor: "a tenth of the subscribers stop reading",
  lookAt: "memory, who is disconnected or loses events, the others' p99",
  about:
    "A laptop goes to sleep with its connection open; a client hangs in a debugger. A feed of large notifications goes on, and the " +
    "kernel's buffers towards those few fill up, then the server's. Look at the server's memory, at whom it disconnects or whose " +
    "events it discards, and at the latency of the bystanders; the latencies here are only theirs.",
  params: {
    ...commonParams(
      { connections: 22, rate: 100 },
      {
        connections: "one publisher, a tenth slow readers, the others bystanders",
        rate: "publishes to the topic",
      },
    ),
    connections: {
      default: 22,
      min: 3,
      max: 5_000,
      unit: "connections",
      about: "one publisher, a tenth slow readers, the others bystanders",
    },
    payload: {
      default: 16_384,
      min: 21,
      max: 65_536,
      unit: "characters",
      about: "length of a notification's body",
    },
    duration: {
      default: 10,
      min: 6,
      max: 86_400,
      unit: "s",
      about: "time measured; the reading stops after a fifth of it",
    },
  },
  plan: (params, seed) => {
    const slow = Math.max(1, Math.floor(params.connections / 10));
    const follows = ["topic/feed"];
    const measureMs = Math.round(params.duration * 1_000);
    const atMs = Math.round(measureMs / 5);
    return {
      version: 1,
      scenario: "slow-consumer",
      seed,
      loop: "open",
      groups: [
        { name: "publisher", users: 1, follows: [], marksRead: false, via: "direct" },
        { name: "bystander", users: params.connections - 1 - slow, follows, marksRead: false, via: "direct" },
        { name: "slow", users: slow, follows, marksRead: false, apart: true },
      ],
      traffic: [
        {
          from: "publisher",
          to: { topic: "topic/feed" },
          arrivals: "constant",
          ratePerSecond: params.rate,
          payloadCharacters: params.payload,
        },
      ],
      phases: commonPhases(params),
      faults: [{ kind: "link-stall", atMs, forMs: measureMs - atMs }],
    };
  },
};
