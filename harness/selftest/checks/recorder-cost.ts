import { setImmediate as turn } from "node:timers/promises";
import type { HubEvent } from "../../../core/notification.ts";
import type { OnEvent, TransportClient } from "../../../transports/port/transport.ts";
import { createBodyWriter } from "../../measurement/body.ts";
import { nowUs } from "../../measurement/clock.ts";
import { Recorder } from "../../measurement/recorder.ts";
import { medianOf } from "../../statistics/estimate.ts";
import { type Check, findingOf } from "../check.ts";

const ROUNDS = 7;
const SUBSCRIBERS = 100;
const EVENTS = 1_000_000;
const MOST_US = 0.5;

export const recorderCost: Check = {
  name: "recorder",
  proves: "recording a delivery costs the load process little compared with receiving it",
  target: "at most 0.5 us a message; the least of 7 rounds of 1,000,000",
  timed: true,
  run: async ({ seed, signal }) => {
    const events = eventsOf(seed);
    const costs: number[] = [];
    // One round more, in which the code is compiled.
    for (let round = 0; round <= ROUNDS; round += 1) {
      costs.push(costOf(events));
      await turn(undefined, { signal });
    }
    // Whatever else the machine does only adds to what the code takes.
    const costUs = Math.min(...costs.slice(1));
    return findingOf(costUs <= MOST_US, `${costUs.toFixed(3)} us`, {
      usPerMessage: costUs,
      medianUsPerMessage: medianOf(costs.slice(1)),
      mostUsPerMessage: Math.max(...costs.slice(1)),
    });
  },
};

/** A topic's notifications as every one of its subscribers gets them. */
function eventsOf(seed: number): HubEvent[] {
  const bodies = createBodyWriter(seed);
  return Array.from({ length: EVENTS / SUBSCRIBERS }, (_, sequence) => {
    const intendedUs = sequence * 20;
    const body = bodies.write(
      { measured: true, publisher: 1, sequence, intendedUs, lagUs: 3 },
      { plannedUs: intendedUs, channel: "topic/feed", characters: 128 },
    );
    const at = { seq: sequence + 1, at: 0, from: "publisher-0" };
    // Texts as parsers make them, in one piece.
    return JSON.parse(
      JSON.stringify({
        kind: "notification",
        id: `selftest-${sequence}`,
        channel: "topic/feed",
        body,
        ...at,
      }),
    );
  });
}

/** Microseconds an event of one round through a fresh recorder. */
function costOf(events: readonly HubEvent[]): number {
  const recorder = new Recorder(SUBSCRIBERS, 1_000_000, 60, 1);
  const subscribers: OnEvent[] = Array.from({ length: SUBSCRIBERS }, (_, index) =>
    recorder.subscriber(
      {
        index,
        id: `subscriber-${index}`,
        channels: ["topic/feed"],
        marksRead: false,
        relayed: false,
        apart: false,
      },
      silentClient,
    ),
  );
  const beganUs = nowUs();
  recorder.epochsUs.measure = beganUs - 1_000_000;
  for (const event of events) for (const onEvent of subscribers) onEvent(event);
  const costUs = (nowUs() - beganUs) / EVENTS;
  if (recorder.deliveries.delivered !== EVENTS) throw new Error("the recorder lost count");
  return costUs;
}

/** Never asked for anything: its user marks nothing as read. */
const silentClient: TransportClient = {
  subscribe: () => Promise.reject(new Error("not here")),
  publish: () => Promise.reject(new Error("not here")),
  markRead: () => Promise.reject(new Error("not here")),
  closed: new Promise(() => undefined),
  close: () => Promise.resolve(),
};
