import { setTimeout as sleep } from "node:timers/promises";
import { deflateRawSync } from "node:zlib";
import type { Attack, Target } from "../attacks/attack.ts";
import {
  closeFrame,
  maskedFrame,
  OPCODE,
  openBareClient,
  upgradeRequest,
} from "../attacks/bare-websocket.ts";
import { assertClosed, CLOSING_MS, during, HANDSHAKE_MS, openSocket } from "../attacks/common.ts";
import { push, times } from "../attacks/push.ts";

/*
 * What can be tried by who knows the protocol. Texts and binary messages alike, so that each attack fits every variant: where one kind is
 * not the variant's, it has to be answered all the same.
 */

const text = (message: string) => maskedFrame(OPCODE.text, message);
const binary = (message: string | Buffer) => maskedFrame(OPCODE.binary, message);
const publish = (channel: string, body: string) =>
  text(JSON.stringify({ op: "publish", ref: 1, channel, body }));
const subscribe = (channel: string) => text(JSON.stringify({ op: "subscribe", ref: 1, channel }));

/** Rejects unless the server ends the connection while the bytes are pushed at it, again and again but not read from. */
async function pushUntilCut(target: Target, user: string, bytes: Buffer, times: number): Promise<void> {
  const { socket } = await openBareClient(target.endpoint, target.token(user));
  socket.pause();
  for (let sent = 0; sent < times && socket.writable; sent += 1) await push(socket, bytes);
  await assertClosed([socket], CLOSING_MS);
}

/** Rejects unless each of the messages is answered on one connection. */
async function assertAnswered(target: Target, user: string, messages: readonly Buffer[]): Promise<void> {
  const { socket, frames } = await openBareClient(target.endpoint, target.token(user));
  for (const message of messages) await push(socket, message);
  const deadline = performance.now() + 5_000;
  while (frames.length < messages.length && performance.now() < deadline && !socket.destroyed)
    await sleep(10);
  socket.destroy();
  if (frames.length < messages.length)
    throw new Error(`${frames.length} of ${messages.length} were answered`);
}

/** Opens a connection for each, sends the bytes, and rejects unless the server ends them all, though they do not end their side. */
async function assertEnded(target: Target, user: string, each: readonly Buffer[]): Promise<void> {
  for (let from = 0; from < each.length; from += 40) {
    const opened = each.slice(from, from + 40).map(async (bytes) => {
      const { socket } = await openBareClient(target.endpoint, target.token(user));
      socket.write(bytes);
      return socket;
    });
    await assertClosed(await Promise.all(opened), CLOSING_MS);
  }
}

const DEEP = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
const wide = JSON.stringify(
  Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index])),
);
const packed = (head: string, depth: number, tail: string) =>
  binary(Buffer.concat([Buffer.from(head, "hex"), Buffer.alloc(depth, 0x91), Buffer.from(tail, "hex")]));

export const attacks: readonly Attack[] = [
  {
    name: "a flood of refused upgrades whose clients never end their side",
    run: async (target) => {
      for (let batch = 0; batch < 10; batch += 1) {
        const sockets = await Promise.all(Array.from({ length: 200 }, () => openSocket(target)));
        for (const socket of sockets) socket.write(upgradeRequest(target.endpoint, "nonsense"));
        await assertClosed(sockets, CLOSING_MS);
      }
    },
  },
  {
    name: "upgrades to other paths, protocols and versions, without keys, and by POST",
    run: async (target) => {
      const good = upgradeRequest(target.endpoint, target.token("eve"));
      const requests = [
        good.replace("GET / ", "GET /foo "),
        good.replace("Upgrade: websocket", "Upgrade: h2c"),
        good.replace("Version: 13", "Version: 12"),
        good.replace(/Sec-WebSocket-Key: .*\r\n/, ""),
        good.replace("GET / ", "POST / "),
        good.replace(/Authorization: .*\r\n/, ""),
      ];
      const sockets = await Promise.all(Array.from({ length: 180 }, () => openSocket(target)));
      for (const [index, socket] of sockets.entries()) socket.write(requests[index % requests.length] ?? "");
      for (const socket of sockets) socket.resume();
      await sleep(500);
      // Any path is the service's; who was let in there leaves.
      for (const socket of sockets) if (socket.writable) socket.write(closeFrame(1000));
      await assertClosed(sockets, HANDSHAKE_MS + CLOSING_MS);
    },
  },
  {
    name: "heads of upgrades that go on line by line",
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(target)));
      const head = upgradeRequest(target.endpoint, target.token("eve")).slice(0, -2);
      for (const socket of sockets) socket.write(head);
      await during(assertClosed(sockets, HANDSHAKE_MS + CLOSING_MS), 100, () => {
        for (const socket of sockets) if (socket.writable) socket.write("x-more: of it\r\n");
      });
    },
  },
  {
    name: "repeated and huge parameters",
    run: async (target) => {
      const good = upgradeRequest(target.endpoint, undefined);
      const queries = [
        `access_token=${"a".repeat(12_000)}`,
        Array(700).fill("access_token=nonsense").join("&"),
        "a=1&".repeat(3_500),
        `access_token=${"a".repeat(40_000)}`,
      ];
      const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(target)));
      for (const [index, socket] of sockets.entries())
        socket.write(good.replace("GET / ", `GET /?${queries[index % queries.length]} `));
      await assertClosed(sockets, HANDSHAKE_MS + CLOSING_MS);
    },
  },
  {
    name: "pings of 125 bytes whose pongs nobody reads",
    run: async (target) => {
      const pings = times(500, maskedFrame(OPCODE.ping, "x".repeat(125)));
      for (let index = 0; index < 30; index += 1) await pushUntilCut(target, "eve", pings, 300);
    },
  },
  {
    name: "requests whose answers nobody reads",
    run: (target) => pushUntilCut(target, "eve", times(1_000, subscribe("topic/x")), 200),
  },
  {
    name: "a subscriber that stops reading while others publish",
    run: async (target) => {
      const stalled = await openBareClient(target.endpoint, target.token("eve"));
      stalled.socket.write(subscribe("topic/flood"));
      // Of no variant that speaks MessagePack: it is told so, subscribes to nothing, and is not cut off.
      while (stalled.frames.length === 0 && !stalled.socket.destroyed) await sleep(5);
      const subscribed = stalled.frames[0]?.payload.includes('"op":"ok"') === true;
      stalled.socket.pause();
      const publisher = await openBareClient(target.endpoint, target.token("mallory"));
      const batch = times(100, publish("topic/flood", "x".repeat(1_000)));
      for (let sent = 0; sent < 150; sent += 1) await push(publisher.socket, batch);
      publisher.socket.destroy();
      if (subscribed) await assertClosed([stalled.socket], CLOSING_MS);
      stalled.socket.destroy();
    },
  },
  {
    name: "deep and wide messages",
    run: (target) =>
      assertAnswered(
        target,
        "eve",
        Array.from({ length: 50 }, () => [
          text(DEEP),
          text(`{"op":"publish","ref":${DEEP}}`),
          text(`{"op":"subscribe","ref":1,"channel":${DEEP}}`),
          text(`{"op":"read","ref":1,"id":${wide}}`),
          // As a token holder ended the process with it.
          packed("82a26f70a178a3726566", 120, "c0"),
          packed("82a26f70a178a3726566", 12_900, "c0"),
          // An array and a map of 2^32 - 1, and a string of as much, of which nothing comes.
          packed("ddffffffff", 0, "c0"),
          packed("dfffffffff", 0, "c0"),
          packed("81a3726566dbffffffff", 0, "c0"),
        ]).flat(),
      ),
  },
  {
    name: "frames that announce more than a request can have",
    run: (target) =>
      assertEnded(
        target,
        "eve",
        Array.from({ length: 80 }, (_, index) =>
          maskedFrame(OPCODE.text, "x", { announced: [20_000, 2 ** 31, 2 ** 40, 2 ** 52][index % 4] ?? 0 }),
        ),
      ),
  },
  {
    name: "a message of fragments without end",
    run: async (target) => {
      const { socket } = await openBareClient(target.endpoint, target.token("eve"));
      await push(socket, maskedFrame(OPCODE.text, "", { fin: false }));
      const more = times(1_000, maskedFrame(OPCODE.continuation, "", { fin: false }));
      for (let sent = 0; sent < 40 && socket.writable; sent += 1) await push(socket, more);
      await assertClosed([socket], CLOSING_MS);
    },
  },
  {
    name: "frames against the protocol, by clients that answer no close frame",
    run: (target) =>
      assertEnded(
        target,
        "eve",
        Array.from(
          { length: 200 },
          (_, index) =>
            [
              maskedFrame(3 + (index % 5), "x"),
              maskedFrame(OPCODE.text, "x", { rsv: 1 + (index % 7) }),
              maskedFrame(OPCODE.continuation, "x"),
              maskedFrame(OPCODE.ping, "x", { fin: false }),
              maskedFrame(OPCODE.text, Buffer.from([0xff])),
              closeFrame(999),
            ][index % 6] ?? Buffer.alloc(0),
        ),
      ),
  },
  {
    name: "a small compressed message that is large inside",
    run: async (target) => {
      const bomb = deflateRawSync(Buffer.alloc(10_000_000, " "));
      for (let index = 0; index < 20; index += 1) {
        // Where compression was not agreed on, the reserved bit is against the protocol.
        const { socket } = await openBareClient(target.endpoint, target.token("eve"), [
          "Sec-WebSocket-Extensions: permessage-deflate",
        ]);
        socket.write(maskedFrame(OPCODE.text, bomb, { rsv: 4 }));
        await assertClosed([socket], CLOSING_MS);
      }
    },
  },
  {
    name: "clients whose tokens run out while they talk",
    run: async (target) => {
      const opened = Array.from({ length: 30 }, () =>
        openBareClient(target.endpoint, target.token("eve", 2_000)),
      );
      const sockets = (await Promise.all(opened)).map(({ socket }) => socket);
      await during(assertClosed(sockets, 2_000 + CLOSING_MS), 50, () => {
        for (const socket of sockets) if (socket.writable) socket.write(maskedFrame(OPCODE.ping));
      });
    },
  },
];
