import { feed } from "./feed.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** How a transport copes with a server that forgets. */
export const serverRestart: Scenario = {
  name: "server-restart",
  summary: "the server restarts with an empty memory: what is missed, and who learns of it",
  standsFor: "the service restarts and has forgotten everything",
  lookAt: "who learns of the gap",
  about:
    "A deployment restarts the service. It closes its connections, loses the notifications it kept for resuming clients, and serves " +
    "again after half a second; publishers and subscribers reconnect by themselves, with cursors that are no longer valid. What can't " +
    "be published meanwhile is refused and not counted as accepted. Look at which clients learn of the gap. The service restarts, not its " +
    "process, so that measuring goes on: the start of Node.js is not included.",
  params: {
    ...commonParams(
      { connections: 50, rate: 50 },
      { connections: "one publisher, the others subscribers", rate: "publishes to the topic" },
    ),
    duration: {
      default: 8,
      min: 6,
      max: 86_400,
      unit: "s",
      about: "time measured; the restart comes after 1.5 s",
    },
  },
  plan: (params, seed) => ({
    version: 1,
    scenario: "server-restart",
    seed,
    loop: "open",
    ...feed(params),
    phases: commonPhases(params),
    replayWindow: 1_000,
    faults: [{ kind: "server-restart", atMs: 1_500, forMs: 500 }],
  }),
};
