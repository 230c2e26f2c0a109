import type { OwnPart, Place, Setup, Sized } from "./claim.ts";
import { roundTrip } from "./setup.ts";

/*
 * The experiments that several claims share: each is measured once.
 */

/** A feed to a few subscribers, on loopback. */
export const feedOf = (payload: number, rate = 80): Setup => ({
  scenario: "fan-out",
  connections: 20,
  rate,
  payload,
});

/** Notifications of 200 characters, as most claims have them or would. */
export const FEED = feedOf(200);

/** Notifications a second, each of which is a request to send it and one to mark it as read. */
const NOTIFIED = 80;
/** How much of its time a client over HTTP, which asks one by one, may wait for answers: else what is measured is its own queue. */
const QUEUEING = 0.15;

/** People who notify one another and mark what they get as read: the further away, the more of them. */
export const notifyOver = (roundTripMs: number): Setup => ({
  scenario: "notify",
  connections: Math.max(20, Math.ceil((2 * NOTIFIED * roundTripMs) / 1_000 / QUEUEING)),
  rate: NOTIFIED,
  payload: 200,
  ...roundTrip(roundTripMs),
});

/** Publishers in the rooms of `streamOver`, and how much of its time each may wait for answers: over HTTP it asks one by one. */
const PUBLISHERS = 20;
const WAITING = 0.2;

/**
 * Four rooms of five. In each of them a notification comes once a round trip on average, at random moments, so that while a poll is on its way something comes in
 * 63 of 100 cases (1 - 1/e); each publishes once in five round trips on average. With round trips below 10 ms it comes less often.
 */
export const streamOver = (roundTripMs: number): Setup => ({
  scenario: "collaboration",
  connections: PUBLISHERS,
  rate: Math.min(400, (1_000 * PUBLISHERS * WAITING) / Math.max(1, roundTripMs)),
  payload: 200,
  ...roundTrip(roundTripMs),
});

/** Of all connections of a crowd together, a second: with fewer of them each gets more, so that the server is as busy. */
const DELIVERED = 10_000;
const rateFor = (connections: number) => DELIVERED / connections;

/** So many connections that all get the same, as often as makes 10,000 deliveries a second. */
export const crowdOf = (connections: Sized): Setup => ({
  scenario: "fan-out",
  connections,
  rate:
    typeof connections === "number"
      ? rateFor(connections)
      : { quick: rateFor(connections.quick), full: rateFor(connections.full) },
  payload: 200,
});

export const CROWD = crowdOf({ quick: 400, full: 2_000 });

/** Many connections that say nothing; for what each takes in memory. */
export const HELD: Setup = {
  scenario: "idle",
  connections: { quick: 800, full: 2_000 },
  duration: 0.5,
};

/** What is in each of its connections beside the library's. */
export const LAB_SESSION: OwnPart = {
  says: "each connection has a session, a subscription and a heartbeat of the lab, and how much of the figure they are was not measured",
};

/** The same, for as long as a few heartbeats take. */
export const SILENT: Setup = {
  scenario: "idle",
  connections: { quick: 300, full: 2_000 },
  duration: { quick: 12, full: 24 },
};

/** Enough requests of 1,000 characters for a p99, from so many clients that each has its answer long before its next request. */
export const REQUESTS: Setup = {
  scenario: "iot",
  connections: 51,
  rate: 1_600,
  payload: 1_000,
};

/** Fifty devices that report to one dashboard. */
export const READINGS: Setup = { scenario: "iot", connections: 51, rate: 100, payload: 128 };

/** What many clients see twice a second: news that a client may as well ask for every second. */
export const OPEN_DATA: Setup = {
  scenario: "fan-out",
  connections: { quick: 100, full: 1_000 },
  rate: 2,
  payload: 200,
  duration: { quick: 2, full: 10 },
};

/** The same setup over several round trips; those that a quick run leaves out are named. */
export function overRoundTrips(
  setup: (roundTripMs: number) => Setup,
  all: readonly number[],
  quick: readonly number[],
): Place[] {
  return all.map((at) => ({
    setup: setup(at),
    at,
    ...(quick.includes(at) ? {} : { fullOnly: true as const }),
  }));
}
