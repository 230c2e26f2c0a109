import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** What each user of the guide's service publishes a minute, which is as much as one may. */
const A_MINUTE = 10;
const CONNECTED = 500;

/** The service of the guide that this lab began with, in its busiest minute. */
export const seed: Scenario = {
  name: "seed",
  summary:
    "the busiest minute of a service: all who are connected notify one another and mark all as read; in the guide 500 of 5,000 daily users are",
  standsFor: "a service of 5,000 daily users in its busiest minute",
  lookAt: "the service sheet: latency, CPUs, memory and bandwidth that the service takes",
  about:
    "A notification service with 5,000 daily users, of whom 500 are connected at once: notifications of 1,000 characters to one another, " +
    "10 a minute per user on average, with read receipts. In the guide each user may publish no more than that, so it is the most that the service has to carry. " +
    "Its heartbeat every 10 s and its 5 reconnections 1 s apart belong to the service, and are not what is measured: in slices heartbeats are off, and nobody " +
    "reconnects. Other --connections keep the rate of all together, unless --rate is given too. The report begins with a sheet that gives what it takes on each transport.",
  params: {
    ...commonParams(
      { connections: CONNECTED, rate: Math.round((CONNECTED * A_MINUTE * 10) / 60) / 10 },
      {
        connections: "users connected at once, each following its own channel",
        rate: "notifications of all users together; 10 a minute for each of 500 are 83.3 a second",
      },
    ),
    payload: {
      default: 1_000,
      min: 21,
      max: 65_536,
      unit: "characters",
      about: "length of a notification's body; the service takes 1,000 at most",
    },
  },
  // Four launches of these have the publishes that a p99 needs, whatever the seed: 3,332 on average of 3,000.
  slicesALaunch: 20,
  plan: (params, seed) => ({
    version: 1,
    scenario: "seed",
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
