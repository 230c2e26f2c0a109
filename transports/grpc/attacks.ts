import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Attack, Target } from "../attacks/attack.ts";
import { assertClosed, GRACE_MS, HANDSHAKE_MS, openSocket } from "../attacks/common.ts";
import { push, times } from "../attacks/push.ts";
import {
  type BareClient,
  callHeaders,
  isData,
  isEnd,
  openBareClient,
  openCall,
  ping,
  publish,
  request,
  setting,
  subscribe,
} from "./bare-client.ts";
import {
  FLAG,
  FRAME,
  field,
  frame,
  indexed,
  literal,
  PREFACE_BYTES,
  prefixed,
  tag,
  u32,
} from "./http2-bytes.ts";

/*
 * What can be tried by who knows HTTP/2 and the one method that there is.
 */

/** How long a server may take to end a connection that it has told so, or whose peer has broken the protocol. */
const CLOSING_MS = 3_000;
/** SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113, 6.5.2). */
const INITIAL_WINDOW = 4;
const NOTHING = Buffer.alloc(0);
/** As long as a channel may be called, so that answers are long. */
const MISSED = `topic/${"m".repeat(128)}`;
/** After that long `serve` gives up who answers no ping. */
const HEARTBEAT_MS = 15_000;

const odd = (index: number) => 2 * index + 1;
const socketOf = ({ socket }: BareClient) => socket;

/** Opens so many connections, with a call that is let in or without one, and leaves none of them open. */
async function onClients(
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
async function flood(target: Target, bytes: Buffer, repetitions: number): Promise<void> {
  for (const user of [undefined, "flooder"])
    await onClients(target, 10, user, async ({ socket }) => {
      socket.pause();
      for (let sent = 0; sent < repetitions && socket.writable; sent += 1) await push(socket, bytes);
      await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
    });
}

/** As flood(), with what costs the server a look and nothing else: a connection that has a call may stand. */
async function pester(target: Target, bytes: Buffer, repetitions: number): Promise<void> {
  for (const user of [undefined, "pest"])
    await onClients(target, 4, user, async ({ socket }) => {
      for (let sent = 0; sent < repetitions && socket.writable; sent += 1) await push(socket, bytes);
      if (user === undefined) await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
    });
}

/** Begins a call with each of the messages, a stream for each, and rejects unless the server ends every one of them. */
async function assertEnded(
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

export const attacks: readonly Attack[] = [
  {
    name: "pings whose answers nobody reads",
    run: (target) => flood(target, times(5_000, frame(FRAME.ping, 0, 0, Buffer.alloc(8))), 100),
  },
  {
    name: "settings whose answers nobody reads",
    run: (target) => flood(target, times(5_000, frame(FRAME.settings, 0, 0)), 100),
  },
  {
    name: "calls that are reset as soon as they have begun",
    run: async (target) => {
      for (const token of ["nonsense", target.token("eve")]) {
        const calls = Array.from({ length: 4_000 }, (_, index) =>
          Buffer.concat([callHeaders(odd(index), token), frame(FRAME.reset, 0, odd(index), u32(8))]),
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
  },
  {
    name: "headers that go on without end",
    run: (target) =>
      onClients(target, 20, undefined, async ({ socket, write }, index) => {
        await write(callHeaders(1, target.token("eve"), {}, 0));
        const more = literal(["x-more", "of it".repeat(index % 2 === 0 ? 1 : 500)]);
        const batch = times(100, frame(FRAME.continuation, 0, 1, index % 4 < 2 ? more : NOTHING));
        for (let sent = 0; sent < 200 && socket.writable; sent += 1) await push(socket, batch);
        await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
      }),
  },
  {
    name: "small headers that are large inside",
    run: (target) =>
      // Of 3 connections: docs/security.md says what more of them cost.
      onClients(target, 3, undefined, async ({ socket, write }) => {
        // 4,000 bytes that each further byte names again (RFC 7541, 6.1).
        const bomb = Buffer.concat([indexed(["x", "y".repeat(4_000)]), Buffer.alloc(12_000, 0x80 | 62)]);
        await write(frame(FRAME.headers, FLAG.endHeaders, 1, bomb));
        const again = Buffer.alloc(12_000, 0x80 | 62);
        for (let call = 1; call < 200 && socket.writable; call += 1)
          await write(frame(FRAME.headers, FLAG.endHeaders, odd(call), again));
        await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
      }),
  },
  {
    name: "200 connections of 100 calls each",
    run: async (target) => {
      const welcomes = new Map<BareClient, number>();
      const calls = ["many-0", "many-1"].map((user) => {
        const token = target.token(user);
        return Buffer.concat(Array.from({ length: 100 }, (_, call) => callHeaders(odd(call), token)));
      });
      await onClients(target, 200, undefined, async (client, index) => {
        await client.write(calls[index % calls.length] ?? NOTHING);
        for (let seen = -1; seen < client.frames.length; await sleep(1_000)) seen = client.frames.length;
        // Who comes when the user has all sessions already may be welcomed, and then told so.
        const ended = new Set(client.frames.filter(isEnd).map(({ stream }) => stream));
        const standing = client.frames.filter((one) => isData(one) && !ended.has(one.stream));
        welcomes.set(client, standing.length);
      });
      const most = Math.max(...welcomes.values());
      if (most > 16) throw new Error(`${most} calls on one connection were let in`);
      const all = [...welcomes.values()].reduce((sum, count) => sum + count, 0);
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
      const talk = setInterval(() => {
        for (const { socket } of clients)
          if (socket.writable) socket.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
      }, 100);
      try {
        await assertClosed(clients.map(socketOf), HANDSHAKE_MS + GRACE_MS);
      } finally {
        clearInterval(talk);
      }
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
    name: "requests whose answers nobody reads, all that was missed among them",
    run: async (target) => {
      const publisher = await openCall(target.endpoint, target.token("publisher"));
      await publisher.send(times(500, publish(MISSED, "x".repeat(1_000))));
      publisher.socket.destroy();
      await onClients(target, 4, "deaf", async ({ socket, send }) => {
        // Its windows are what is not opened again: the socket is read.
        const batch = times(80, Buffer.concat([ping, subscribe(MISSED, "x-0")]));
        for (let sent = 0; sent < 200 && socket.writable; sent += 1) await send(batch);
        await assertClosed([socket], CLOSING_MS);
      });
    },
  },
  {
    name: "subscribers that stop reading while others publish",
    run: async (target) => {
      const flooded = new Promise<void>((resolve) => setTimeout(resolve, 1_000)).then(async () => {
        const { socket, write, send } = await openCall(target.endpoint, target.token("mallory"));
        // Its own windows stay wide open.
        await write(frame(FRAME.window, 0, 0, u32(2 ** 30)), frame(FRAME.window, 0, 1, u32(2 ** 30)));
        for (let sent = 0; sent < 80; sent += 1)
          await send(times(100, publish("topic/flood", "x".repeat(1_000))));
        socket.destroy();
      });
      await onClients(target, 10, "stalled", async ({ socket, send }, index) => {
        await send(subscribe("topic/flood"));
        // Of some the sockets, of others the windows alone.
        if (index % 2 === 0) socket.pause();
        await flooded;
        await assertClosed([socket], CLOSING_MS);
      });
    },
  },
  {
    name: "messages that are no protobuf, or longer than any request",
    run: (target) =>
      assertEnded(
        target,
        Array.from({ length: 10 }, () => [
          prefixed(Buffer.from("ffffffff", "hex")),
          prefixed(field(3, "x", 2 ** 31)),
          prefixed(Buffer.alloc(12_000, 0x13)),
          prefixed(tag(0, 2)),
          prefixed(NOTHING, 2 ** 31),
          prefixed(NOTHING, 2 ** 32 - 1),
          prefixed(Buffer.alloc(20_000)).subarray(0, 16_000),
        ]).flat(),
      ),
  },
  {
    name: "small compressed messages that are large inside",
    run: (target) =>
      assertEnded(
        target,
        Array.from({ length: 20 }, () => prefixed(gzipSync(Buffer.alloc(10_000_000)), undefined, 1)),
        { "grpc-encoding": "gzip" },
      ),
  },
  {
    name: "requests of odd fields and numbers, which are answered",
    run: (target) =>
      onClients(target, 10, "odd", async (client) => {
        const requests = [
          request(2 ** 31, NOTHING),
          request(1, field(6, "x")),
          request(1, Buffer.concat([field(2, field(1, "topic/x")), field(3, NOTHING)])),
          request(1, field(2, field(1, "topic/x".repeat(1_000)))),
          request(1, field(3, Buffer.concat([field(1, "topic/x"), field(2, Buffer.from([0xff, 0xc0]))]))),
          request(1, field(4, field(1, "../../x"))),
          request(1, Buffer.concat(Array.from({ length: 2_000 }, () => field(5, "")))),
        ];
        for (const one of requests) await client.send(one);
        const rest = ({ type, flags }: { type: string; flags: number }) => type === "DATA" && flags === 0;
        await client.until("all are answered", 2, rest);
        await client.send(ping);
        await sleep(100);
        if (client.frames.some(isEnd)) throw new Error("a call was ended");
      }),
  },
  {
    name: "beginnings that come byte by byte",
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(target)));
      const opening = Buffer.concat([
        PREFACE_BYTES,
        frame(FRAME.settings, 0, 0),
        callHeaders(1, target.token("eve")),
      ]);
      let sent = 0;
      const drip = setInterval(() => {
        // Some begin at once and then send a header block that never ends.
        const [from, to] = [sent, sent + (sent === 0 ? 60 : 1)];
        for (const [index, socket] of sockets.entries())
          if (socket.writable)
            socket.write(index % 2 === 0 ? opening.subarray(from, to) : opening.subarray(sent, sent + 1));
        sent = Math.min(to, 150);
      }, 50);
      try {
        await assertClosed(sockets, HANDSHAKE_MS + GRACE_MS);
      } finally {
        clearInterval(drip);
      }
    },
  },
  {
    name: "frames against the protocol, before a call and in the midst of one",
    run: async (target) => {
      const wrong = [
        frame(FRAME.data, 0, 0, Buffer.alloc(5)),
        frame(FRAME.data, 0, 99, Buffer.alloc(5)),
        callHeaders(2, "even"),
        frame(FRAME.headers, FLAG.endHeaders, 5, Buffer.alloc(100, 0xff)),
        frame(FRAME.push, FLAG.endHeaders, 1, u32(2)),
        frame(FRAME.ping, 0, 0, Buffer.alloc(5)),
        frame(FRAME.settings, 0, 0, setting(INITIAL_WINDOW, 2 ** 32 - 1)),
        frame(FRAME.settings, 0, 0, setting(5, 1)),
        frame(FRAME.window, 0, 0, u32(0)),
        times(2, frame(FRAME.window, 0, 0, u32(2 ** 31 - 1))),
        frame(FRAME.continuation, 0, 1, NOTHING),
        frame(FRAME.data, FLAG.padded, 0, Buffer.from([255])),
        frame(FRAME.data, 0, 0, NOTHING, 2 ** 24 - 1),
        Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      ];
      for (const user of [undefined, "wrong"])
        await onClients(target, 2 * wrong.length, user, async ({ socket }, index) => {
          socket.write(wrong[index % wrong.length] ?? NOTHING);
          // node:http2 says goodbye, does not tell, and reads no more; who has a session goes with the next heartbeat.
          await assertClosed([socket], (user === undefined ? HANDSHAKE_MS : HEARTBEAT_MS) + GRACE_MS);
        });
    },
  },
  {
    name: "frames that say nothing, without number",
    run: async (target) => {
      await pester(target, times(2_000, frame(FRAME.priority, 0, 1, Buffer.alloc(5))), 100);
      await pester(target, times(2_000, frame(FRAME.window, 0, 0, u32(1))), 100);
      await pester(target, times(2_000, frame(200, 0, 0)), 100);
      await pester(target, times(2_000, frame(FRAME.data, 0, 1)), 100);
    },
  },
  {
    name: "calls whose tokens run out while they talk",
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
