import { feed } from "./feed.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** How a transport copes with a broken link. */
export const resume: Scenario = {
  name: "resume",
  summary: "the link is silent for 2 s, then all connections are reset: what is missed, and who learns of it",
  standsFor: "the link is silent for 2 s, then all connections are reset",
  lookAt: "replayed, declared lost, lost without notice",
  about:
    "A train enters a tunnel, and leaves it on another mast. One publisher bypasses the link and keeps sending to a topic; the " +
    "subscribers notice, reconnect by themselves and resume. The server keeps the last 1,000 notifications for clients that come back with " +
    "a cursor. Look at the time to notice, the time to be back, and at what was replayed, reported as lost or lost silently.",
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
