import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** The notification service the lab is modelled on. */
export const notify: Scenario = {
  name: "notify",
  summary: "direct notifications between random pairs of users, each read receipt travelling back",
  standsFor: "direct notifications with read receipts",
  lookAt: "receipt latency, bytes per delivery",
  about:
    "A notification service with 2,000 daily users of whom 10 % are connected at once. Users notify one another at random " +
    "moments; every recipient marks what it got as read, and the receipt travels back to the sender. Look at the receipt " +
    "latency, which covers four trips over the network, and at the bytes per delivery, which include its publish and its receipt.",
  params: commonParams(
    { connections: 200, rate: 400 },
    {
      connections: "users, each connected and following its own channel",
      rate: "notifications of all users together",
    },
  ),
  plan: (params, seed) => ({
    version: 1,
    scenario: "notify",
    seed,
    loop: "open",
    groups: [{ name: "user", users: params.connections, follows: ["own"], marksRead: true }],
    traffic: [
      {
        from: "user",
        to: { randomUserOf: "user" },
        arrivals: "poisson",
        ratePerSecond: params.rate,
        payloadCharacters: params.payload,
      },
    ],
    phases: commonPhases(params),
  }),
};
