import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../attacks/attack.ts";
import { type Connect, connectPacket, packet, subscribePacket } from "./packets.ts";
import { openRaw, type RawClient } from "./raw-client.ts";

/* What the attacks share. */

/** How long an attack waits for an answer beside all else that is under way. */
export const PATIENCE_MS = 15_000;

export const PINGREQ = packet(0xc0);
export const DISCONNECT = packet(0xe0);
/** First bytes of what a server sends (MQTT 3.1.1, 2.2). */
export const CONNACK = 0x20;
export const SUBACK = 0x90;

export const withId = (first: number, id: number) => packet(first, [id >> 8, id & 0xff]);

export const countOf = ({ received }: RawClient, first: number) =>
  received.filter((one) => one.first === first).length;

interface Entering extends Connect {
  /** Default: that of an hour. */
  readonly expiresInMs?: number;
}

/** Opens connections that are gone when the attack is over, however it went. */
export interface Attacker {
  /** A connection on which nothing has been sent. */
  open(): Promise<RawClient>;
  /** One that has been let in as the user, and follows the reply topic of its client id. */
  enter(user: string, connect?: Entering): Promise<RawClient>;
}

export async function attacking(target: Target, run: (attacker: Attacker) => Promise<void>): Promise<void> {
  const clients: RawClient[] = [];
  let entered = 0;
  const open = async () => {
    const client = openRaw(target.endpoint);
    clients.push(client);
    await until("a connection stands", client, () => !client.socket.connecting);
    return client;
  };
  const enter = async (user: string, { expiresInMs, ...connect }: Entering = {}) => {
    entered += 1;
    const clientId = connect.clientId ?? `c${entered}`;
    const client = await open();
    client.send(
      connectPacket({ token: target.token(user, expiresInMs), ...connect, clientId }),
      subscribePacket(1, 0, `reply/${clientId}`),
    );
    await until(`${user} is let in`, client, () => countOf(client, SUBACK) === 1);
    return client;
  };
  try {
    await run({ open, enter });
  } finally {
    for (const { socket } of clients) socket.destroy();
  }
}

/** Rejects when it does not come about in time, or when the connection ends before. */
export async function until(what: string, { socket }: RawClient, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (socket.destroyed) throw new Error(`the connection ended before this: ${what}`);
    if (performance.now() > deadline) throw new Error(`has not come about in ${PATIENCE_MS} ms: ${what}`);
    await sleep(5);
  }
}
