import { feed } from "./feed.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** One topic that all follow. */
export const fanOut: Scenario = {
  name: "fan-out",
  summary: "one publisher, every other connection subscribed to its one topic, at a constant rate",
  standsFor: "one feed to all",
  lookAt: "CPU per delivery, the distance from median to p99",
  about:
    "A feed that everybody watches: a score, a price, an incident page. One publish becomes as many deliveries as there are " +
    "subscribers. Look at the server's CPU per delivery, and at the distance between median and p99: the last subscriber of a " +
    "broadcast waits for all before it.",
  params: commonParams(
    { connections: 100, rate: 80 },
    { connections: "one publisher, the others subscribers", rate: "publishes to the topic" },
  ),
  plan: (params, seed) => ({
    version: 1,
    scenario: "fan-out",
    seed,
    loop: "open",
    ...feed(params),
    phases: commonPhases(params),
  }),
};
