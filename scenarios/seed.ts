import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** What each user of the guide's service may publish a minute. */
const A_MINUTE = 10;
const CONNECTED = 500;

/** The service of the guide that this lab began with, in its busiest minute. */
export const seed: Scenario = {
  name: "seed",
  summary:
    "a service of 5,000 daily users, 500 of them connected, all of whom publish as often as allowed, marking all as read",
  standsFor: "a service of 5,000 daily users in its busiest minute",
  lookAt: "the service sheet: latency, CPUs, memory and bandwidth that the service takes",
  about:
    "A notification service with 5,000 daily users, of whom 500 are connected at once: notifications of 1,000 characters to one another, " +
    "at most 10 a minute by each user, with read receipts, a heartbeat every 10 s, and up to 5 reconnections 1 s apart. All users publish as " +
    "often as they may, which is the most that the service has to carry. The report begins with a sheet that gives what it takes on each transport.",
  params: {
    ...commonParams(
      { connections: CONNECTED, rate: Math.round((CONNECTED * A_MINUTE * 10) / 60) / 10 },
      {
        connections: "users connected at once, each following its own channel",
        rate: "notifications of all users together; 10 a minute by each of 500 are 83.3 a second",
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
  // Four launches of these have the publishes that a p99 needs.
  slicesALaunch: 18,
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
