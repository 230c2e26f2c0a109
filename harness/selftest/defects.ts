import type { Hub } from "../../core/hub.ts";
import type { Delivery } from "../../core/notification.ts";
import type { TransportClient } from "../../transports/port/transport.ts";
import { decodeHeader } from "../measurement/body.ts";
import { nowUs } from "../measurement/clock.ts";
import { intercept } from "./intercept.ts";

/** Makes the server that is served next on this hub wrong in one way. */
export type Defect = (hub: Hub) => void;

/** What each defect does, for the checks that look for it. */
export const DEFECTS = {
  delayUs: 20_000,
  burnUs: 500_000,
  heldBytes: 16 * 1024,
  leakedBytes: 64 * 1024,
  blockUs: 50_000,
  /** Time that each event costs the server: long enough for a load process to have done with the publish before its delivery comes. */
  serverUs: 300,
  /** What it costs the server or the client beside that. */
  burntUs: 20,
  /** CPU time that each event costs a client that is dear. */
  dearUs: 200,
  /** Time that one publish keeps the generator busy, which makes its ceiling 1,000 a second. */
  publishUs: 1_000,
  /** Measured notifications that are left out, handed over twice, and handed over behind the next one. */
  lost: 7,
  duplicated: 5,
  swapped: 3,
} as const;

/** Hands every event over 20 ms later, in order; a timer for most of it and the event loop's turns for the rest. */
export const delayDeliveries: Defect = (hub) => {
  const queue: { readonly dueUs: number; readonly hand: () => void }[] = [];
  const next = () => {
    for (;;) {
      const [head] = queue;
      if (!head) return;
      const aheadMs = (head.dueUs - nowUs()) / 1_000;
      if (aheadMs > 2) {
        setTimeout(next, aheadMs - 1.5);
        return;
      }
      if (aheadMs > 0) {
        setImmediate(next);
        return;
      }
      queue.shift();
      head.hand();
    }
  };
  intercept(hub, {
    onEvent: (_, hand) => {
      if (queue.push({ dueUs: nowUs() + DEFECTS.delayUs, hand }) === 1) next();
    },
  });
};

/**
 * Uses 500 ms of CPU time by the process's own account, once, early in the measured traffic. In slices, so that everything else the
 * process does goes on as it would without, and the 500 ms come on top of it.
 */
export const burnOnce: Defect = (hub) => {
  const number = measuredCounter();
  let leftUs = 0;
  const slice = () => {
    leftUs -= burn(Math.min(leftUs, BURN_SLICE_US));
    if (leftUs > 0) setImmediate(slice);
  };
  intercept(hub, {
    onEvent: (event, hand) => {
      hand();
      if (number(event) !== 3) return;
      leftUs = DEFECTS.burnUs;
      setImmediate(slice);
    },
  });
};

/** Between two slices some 0.3 ms are used that neither of them counts, so few and long ones. */
const BURN_SLICE_US = 50_000;

/** At least so much, and how much it really was. */
function burn(us: number): number {
  const before = process.cpuUsage();
  let usedUs = 0;
  while (usedUs < us) {
    // Each reading of the account leaves garbage, which is collected at a cost of its own between the slices.
    const untilMs = performance.now() + 0.1;
    while (performance.now() < untilMs);
    const { user, system } = process.cpuUsage(before);
    usedUs = user + system;
  }
  return usedUs;
}

/** Uses 200 us of CPU time for each event. */
export function dear(client: TransportClient): TransportClient {
  return beforeEach(client, () => {
    const before = process.cpuUsage();
    for (let usedUs = 0; usedUs < DEFECTS.dearUs; ) {
      const { user, system } = process.cpuUsage(before);
      usedUs = user + system;
    }
  });
}

/** Keeps 16 KiB for every connection, outside of the heap and of Node's buffer pool. */
export const holdPerConnection: Defect = (hub) => {
  const held: Buffer[] = [];
  intercept(hub, { onConnect: () => void held.push(Buffer.alloc(DEFECTS.heldBytes)) });
};

/** Of every ten measured notifications, the third is left out, the sixth comes twice, the eighth comes behind the ninth. */
export const loseAndRepeat: Defect = (hub) => {
  const number = measuredCounter();
  const left = { lost: DEFECTS.lost, duplicated: DEFECTS.duplicated, swapped: DEFECTS.swapped };
  let held: (() => void) | undefined;
  intercept(hub, {
    onEvent: (event, hand) => {
      const place = (number(event) ?? 0) % 10;
      if (place === 3 && left.lost-- > 0) return;
      if (place === 8 && left.swapped-- > 0) {
        held = hand;
        return;
      }
      hand();
      if (place === 6 && left.duplicated-- > 0) hand();
      held?.();
      held = undefined;
    },
  });
};

/** Keeps 64 KiB, every page of it touched, for each measured notification. */
export const leak: Defect = (hub) => {
  const number = measuredCounter();
  const leaked: Buffer[] = [];
  intercept(hub, {
    onEvent: (event, hand) => {
      if (number(event) !== undefined) leaked.push(Buffer.alloc(DEFECTS.leakedBytes, 1));
      hand();
    },
  });
};

/** Blocks the event loop for 50 ms at every 20th measured notification. */
export const blockAtTimes: Defect = (hub) => {
  const number = measuredCounter();
  intercept(hub, {
    onEvent: (event, hand) => {
      hand();
      if ((number(event) ?? 1) % 20 === 0) blockUntil(nowUs() + DEFECTS.blockUs);
    },
  });
};

/** Where the time of a measured notification is burnt: nowhere, in the server, in the client, and so on in turns. */
export type Burnt = "nowhere" | "server" | "client";
const IN_TURNS: readonly Burnt[] = ["nowhere", "server", "client"];

/** By the millisecond in which a notification is due. */
export function burntIn(intendedUs: number): Burnt {
  return IN_TURNS[Math.floor(intendedUs / 1_000) % IN_TURNS.length] ?? "nowhere";
}

/** Burns 300 us between the acceptance of each event and its hand-over, and 20 us more where it is the server's turn. */
export const burnInTurns: Defect = (hub) =>
  intercept(hub, {
    onEvent: (event, hand) => {
      blockUntil(nowUs() + DEFECTS.serverUs + (turnOf(event) === "server" ? DEFECTS.burntUs : 0));
      hand();
    },
  });

/** A client that burns 20 us with an event, where it is its turn, before it hands it over. */
export function burningInTurns(client: TransportClient): TransportClient {
  return beforeEach(client, (event) => {
    if (turnOf(event) === "client") blockUntil(nowUs() + DEFECTS.burntUs);
  });
}

/** The client, but for what it does before it hands an event over. */
function beforeEach(client: TransportClient, act: (event: Delivery) => void): TransportClient {
  return {
    publish: (draft) => client.publish(draft),
    subscribe: (channel, onEvent, after) =>
      client.subscribe(
        channel,
        (event) => {
          act(event);
          onEvent(event);
        },
        after,
      ),
    markRead: (id) => client.markRead(id),
    closed: client.closed,
    close: () => client.close(),
  };
}

function turnOf(event: Delivery): Burnt {
  const header = event.kind === "notification" ? decodeHeader(event.body) : undefined;
  return header?.measured ? burntIn(header.intendedUs) : "nowhere";
}

/** A client that keeps its process busy for 1 ms with every publish, its own work included. */
export function slowToPublish(client: TransportClient): TransportClient {
  return {
    publish: (draft) => {
      const untilUs = nowUs() + DEFECTS.publishUs;
      const answer = client.publish(draft);
      blockUntil(untilUs);
      return answer;
    },
    subscribe: (...words) => client.subscribe(...words),
    markRead: (id) => client.markRead(id),
    closed: client.closed,
    close: () => client.close(),
  };
}

function blockUntil(untilUs: number): void {
  while (nowUs() < untilUs);
}

/** Numbers the notifications of the measured time from 1 on; undefined for all others. */
function measuredCounter(): (event: Delivery) => number | undefined {
  let count = 0;
  return (event) => {
    if (event.kind !== "notification" || !decodeHeader(event.body)?.measured) return undefined;
    count += 1;
    return count;
  };
}
