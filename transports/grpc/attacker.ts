import type { Target } from "../attacks/attack.ts";
import { assertClosed, GRACE_MS, HANDSHAKE_MS } from "../attacks/common.ts";
import { push } from "../attacks/push.ts";
import { type BareClient, callHeaders, isData, isEnd, openBareClient, openCall } from "./bare-client.ts";
import { FRAME, frame } from "./http2-bytes.ts";

/** SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113, 6.5.2). */
export const INITIAL_WINDOW = 4;
export const NOTHING = Buffer.alloc(0);

export const odd = (index: number) => 2 * index + 1;
export const socketOf = ({ socket }: BareClient) => socket;

/** Opens so many connections, with a call that is let in or without one, and leaves none of them open. */
export async function onClients(
  target: Target,
  count: number,
  user: string | undefined,
  run: (client: BareClient, index: number) => Promise<unknown>,
): Promise<void> {
  const clients: BareClient[] = [];
  try {
    for (let index = 0; index < count; index += 1)
      clients.push(
        await (user === undefined
          ? openBareClient(target.endpoint)
          : openCall(target.endpoint, target.token(`${user}-${index % 10}`))),
      );
    await Promise.all(clients.map(run));
  } finally {
    for (const { socket } of clients) socket.destroy();
  }
}

/** Pushes the bytes again and again at connections that nobody reads, with a call on them and without; rejects unless all are closed. */
export async function flood(target: Target, bytes: Buffer, repetitions: number): Promise<void> {
  for (const user of [undefined, "flooder"])
    await onClients(target, 10, user, async ({ socket }) => {
      socket.pause();
      for (let sent = 0; sent < repetitions && socket.writable; sent += 1) await push(socket, bytes);
      await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
    });
}

/** As flood(), with what costs the server a look and nothing else: a connection that has a call may stand. */
export async function pester(target: Target, bytes: Buffer, repetitions: number): Promise<void> {
  for (const user of [undefined, "pest"])
    await onClients(target, 4, user, async ({ socket }) => {
      for (let sent = 0; sent < repetitions && socket.writable; sent += 1) await push(socket, bytes);
      if (user === undefined) await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
    });
}

/** Begins a call with each of the messages, a stream for each, and rejects unless the server ends every one of them. */
export async function assertEnded(
  target: Target,
  messages: readonly Buffer[],
  extra: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [index, message] of messages.entries()) {
    const client = await openBareClient(target.endpoint);
    try {
      await client.write(callHeaders(1, target.token(`odd-${index % 10}`), extra));
      await client.until("the welcome", 1, isData);
      await client.write(frame(FRAME.data, 0, 1, message));
      await client.until(`the end of a call with message ${index}`, 1, isEnd);
    } finally {
      client.socket.destroy();
    }
  }
}
