import { feed } from "./feed.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** What a wire makes of a broken link. */
export const resume: Scenario = {
  name: "resume",
  summary: "the link is silent for 2 s and then all connections are reset: who misses what, and is told so",
  standsFor: "the link is silent for 2 s, then all is reset",
  lookAt: "replayed, declared lost, lost without a word",
  about:
    "A train enters a tunnel, and leaves it in another cell. One publisher keeps sending to a topic, past the broken link; the " +
    "subscribers notice, reconnect by themselves and resume. The server keeps the last 1,000 notifications for those who come back with " +
    "a cursor. Look at the time to notice, the time to be back, and at what was replayed, declared lost or lost without a word.",
  params: {
    ...commonParams(
      { connections: 50, rate: 50 },
      {
        connections: "one publisher, the others subscribers behind the link",
        rate: "publishes to the topic",
      },
    ),
    duration: {
      default: 8,
      min: 6,
      max: 86_400,
      unit: "s",
      about: "time measured; the cut comes after 1.5 s",
    },
  },
  plan: (params, seed) => ({
    version: 1,
    scenario: "resume",
    seed,
    loop: "open",
    ...feed(params, { past: true }),
    phases: commonPhases(params),
    replayWindow: 1_000,
    faults: [{ kind: "link-cut", atMs: 1_500, forMs: 2_000, connections: "reset" }],
  }),
};
