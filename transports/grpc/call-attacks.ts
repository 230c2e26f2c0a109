import { setTimeout as sleep } from "node:timers/promises";
import type { Attack } from "../attacks/attack.ts";
import { assertClosed, during, GRACE_MS, HANDSHAKE_MS } from "../attacks/common.ts";
import { INITIAL_WINDOW, NOTHING, odd, onClients, socketOf } from "./attacker.ts";
import {
  type BareClient,
  callHeaders,
  isData,
  isEnd,
  openBareClient,
  openCall,
  ping,
  setting,
} from "./bare-client.ts";
import { FLAG, FRAME, frame, u32 } from "./http2-bytes.ts";

/** What can be tried with calls: too many of them, refused ones, and some that end, stay or take nothing. */
/** Begins 4,000 calls on each of a few connections and has each end at once by one more frame; rejects unless the connections are closed in time. */
function cutShort(name: string, ending: (stream: number) => Buffer): Attack {
  return {
    name,
    run: async (target) => {
      for (const token of ["nonsense", target.token("eve")]) {
        const calls = Array.from({ length: 4_000 }, (_, index) =>
          Buffer.concat([callHeaders(odd(index), token), ending(odd(index))]),
        );
        const batches = Array.from({ length: 40 }, (_, index) =>
          Buffer.concat(calls.slice(100 * index, 100 * (index + 1))),
        );
        await onClients(target, 5, undefined, async ({ socket, write }) => {
          for (const batch of batches) if (socket.writable) await write(batch);
          await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
        });
      }
    },
  };
}

export const callAttacks: readonly Attack[] = [
  cutShort("calls that are reset as soon as they have begun (rapid reset)", (stream) =>
    frame(FRAME.reset, 0, stream, u32(8)),
  ),
  // A window beyond 2^31 - 1 is an error of its stream alone (RFC 9113, 6.9.1).
  cutShort("calls that the server is made to reset", (stream) =>
    frame(FRAME.window, 0, stream, u32(2 ** 31 - 1)),
  ),
  {
    name: "200 connections of 100 calls each",
    // About a second on two busy cores.
    holdsUpMs: 3_000,
    run: async (target) => {
      const calls = ["many-0", "many-1"].map((user) => {
        const token = target.token(user);
        return Buffer.concat(Array.from({ length: 100 }, (_, call) => callHeaders(odd(call), token)));
      });
      const silent: BareClient[] = [];
      let standing: number[] = [];
      await onClients(target, 200, undefined, async (client, index) => {
        await client.write(calls[index % calls.length] ?? NOTHING);
        for (let seen = -1; seen < client.frames.length; await sleep(1_000)) seen = client.frames.length;
        silent.push(client);
        // All at the same moment: where one has ended another may have come in.
        if (silent.length === 200) standing = silent.map(standingCalls);
      });
      const most = Math.max(...standing);
      if (most > 16) throw new Error(`${most} calls on one connection were let in`);
      const all = standing.reduce((sum, count) => sum + count, 0);
      if (all > 100) throw new Error(`two users were let in ${all} times`);
    },
  },
  {
    name: "refused tokens without number on one connection",
    run: (target) =>
      onClients(target, 20, undefined, async ({ socket, write }) => {
        const tokens = ["", "nonsense", target.token("eve", -5_000), "x".repeat(4_000)];
        const closed = assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
        for (let call = 0; call < 5_000 && socket.writable; call += 10) {
          const calls = Array.from({ length: 10 }, (_, index) =>
            callHeaders(odd(call + index), tokens[index % tokens.length] ?? ""),
          );
          await write(...calls);
          await sleep(5);
        }
        await closed;
      }),
  },
  {
    name: "methods, content types and headers that are none of the service's",
    run: (target) =>
      onClients(target, 12, undefined, async (client, index) => {
        const extras: readonly Readonly<Record<string, string>>[] = [
          { ":path": "/notiflab.v1.Notifications/Other" },
          { ":path": "/\u00ff\u0001" },
          { ":path": `/${"x".repeat(8_000)}` },
          { ":method": "GET" },
          { "content-type": "text/plain" },
          { "grpc-timeout": "1n" },
          { "grpc-timeout": "soon" },
          { "grpc-encoding": "none-such" },
          { "x-bin": "%%%" },
          { authorization: "Bearer \u00ff" },
          { ":scheme": "" },
          { connection: "close" },
        ];
        for (let call = 0; call < 10 && client.socket.writable; call += 1)
          await client.write(callHeaders(odd(call), target.token(`odd-${index}`), extras[index]));
        await sleep(500);
      }),
  },
  {
    name: "connections that stay when their call has ended",
    patient: true,
    run: async (target) => {
      const clients = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          openCall(target.endpoint, target.token(`idler-${index % 5}`)),
        ),
      );
      for (const [index, { write }] of clients.entries())
        await write(
          index % 2 === 0 ? frame(FRAME.data, FLAG.endStream, 1) : frame(FRAME.reset, 0, 1, u32(8)),
        );
      await during(assertClosed(clients.map(socketOf), HANDSHAKE_MS + GRACE_MS), 100, () => {
        for (const { socket } of clients)
          if (socket.writable) socket.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
      });
    },
  },
  {
    name: "calls to which nothing may be sent",
    run: async (target) => {
      const shut = setting(INITIAL_WINDOW, 0);
      const clients = await Promise.all(
        Array.from({ length: 40 }, () => openBareClient(target.endpoint, shut)),
      );
      for (const { write } of clients)
        await write(...Array.from({ length: 16 }, (_, call) => callHeaders(odd(call), target.token("deaf"))));
      await assertClosed(clients.map(socketOf), HANDSHAKE_MS + GRACE_MS);
    },
  },
  {
    name: "calls whose tokens run out while they talk",
    patient: true,
    run: async (target) => {
      const opened = Array.from({ length: 30 }, () =>
        openCall(target.endpoint, target.token("brief", 4_000)),
      );
      const clients = await Promise.all(opened);
      const talk = setInterval(() => {
        for (const { write } of clients) void write(frame(FRAME.data, 0, 1, ping));
      }, 50);
      try {
        for (const { until } of clients) await until("the end of the call", 1, isEnd);
        await assertClosed(clients.map(socketOf), HANDSHAKE_MS + GRACE_MS);
      } finally {
        clearInterval(talk);
      }
    },
  },
];

/** Who comes when the user has all sessions already may be welcomed, and then told so. */
function standingCalls({ socket, frames }: BareClient): number {
  if (socket.destroyed || socket.readableEnded) return 0;
  const ended = new Set(frames.filter(isEnd).map(({ stream }) => stream));
  return frames.filter((one) => isData(one) && !ended.has(one.stream)).length;
}
