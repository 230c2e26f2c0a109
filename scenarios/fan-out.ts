import { feed } from "./feed.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** One topic that all follow. */
export const fanOut: Scenario = {
  name: "fan-out",
  summary: "one publisher, all other connections subscribed to its topic, at a constant rate",
  standsFor: "one feed to many subscribers",
  lookAt: "CPU per delivery, and how far the p99 is from the median",
  about:
    "A feed that everybody watches: a score, a price, an incident page. Each publish is delivered to all " +
    "subscribers. Look at the server's CPU per delivery, and at the distance between median and p99: the last subscriber of a " +
    "broadcast waits for all the others.",
  params: commonParams(
    // The dearest of the default transports keeps a server core 60 % busy with it on a slow machine, so that no median is of a queue that grows.
    { connections: 100, rate: 60 },
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
