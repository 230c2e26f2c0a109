import type { Hub } from "../../core/hub.ts";
import { TOPIC } from "../../web/demo/messages.ts";

/** The most that a page may ask for. */
export const MAX_PER_SECOND = 200;
const STEP_MS = 10;
/** Publishes that are made up for at once after the process was held up; what is beyond is left out. */
const CATCH_UP = 20;

const NEWS = [
  "Your parcel has left the depot",
  "Gate change: flight 417 now leaves from B12",
  "Dana commented on “Spring campaign”",
  "The build of main is green again",
  "Invoice 2081 was paid",
  "Rain from 3 p.m.: take an umbrella",
  "Two new people follow you",
  "The 9:40 train leaves from platform 4",
] as const;

/** What the demo publishes as ann: whatever a page asks for, and news at a rate. */
export interface Traffic {
  readonly perSecond: number;
  setRate(perSecond: number): void;
  /** Nothing is published at a rate while nobody looks. */
  setWatched(watched: boolean): void;
  /** Throws as Hub.publish() does. */
  send(channel: string, body: string): void;
  close(): void;
}

export function openTraffic(hub: Hub, perSecond: number): Traffic {
  const outlet = hub.attach<undefined>(
    () => undefined,
    () => undefined,
  );
  const ann = outlet.connect({ user: "ann", expiresAt: Number.POSITIVE_INFINITY }, undefined);
  let rate = perSecond;
  let watched = false;
  let timer: NodeJS.Timeout | undefined;
  let owed = 0;
  let number = 0;
  let last = 0;
  const step = () => {
    const now = performance.now();
    owed = Math.min(CATCH_UP, owed + ((now - last) / 1_000) * rate);
    last = now;
    for (; owed >= 1; owed -= 1) {
      number += 1;
      hub.publish(ann, TOPIC, `${NEWS[number % NEWS.length]} (${number})`);
    }
  };
  const pace = () => {
    clearInterval(timer);
    owed = 0;
    last = performance.now();
    timer = watched && rate > 0 ? setInterval(step, STEP_MS) : undefined;
  };
  return {
    get perSecond() {
      return rate;
    },
    setRate: (wanted) => {
      rate = wanted;
      pace();
    },
    setWatched: (is) => {
      if (is === watched) return;
      watched = is;
      pace();
    },
    send: (channel, body) => {
      hub.publish(ann, channel, body);
    },
    close: () => {
      clearInterval(timer);
      outlet.detach();
    },
  };
}
