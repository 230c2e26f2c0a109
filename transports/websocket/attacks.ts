import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, OwnAttacks, Target } from "../attacks/attack.ts";
import {
  type BareClient,
  closeFrame,
  maskedFrame,
  OPCODE,
  openBareClient,
  upgradeRequest,
} from "../attacks/bare-websocket.ts";
import { assertClosed, CLOSING_MS, during, openSocket, sessionlessMs } from "../attacks/common.ts";
import { push, times } from "../attacks/push.ts";
import { pushUntilCut, websocketAttacks } from "../attacks/websocket-attacks.ts";
import { oddMsgpack } from "../conformance/fuzz/odd-msgpack.ts";
import { type Odd, OddMap } from "../conformance/fuzz/odd-values.ts";
import { websocket, websocketUws } from "./transport.ts";

/*
 * What can be tried by who knows the protocol. Texts and binary messages alike, so that each attack fits every variant: where one kind is
 * not the variant's, it has to be answered all the same.
 */

const text = (message: string) => maskedFrame(OPCODE.text, message);
const binary = (message: string | Buffer) => maskedFrame(OPCODE.binary, message);
const subscribing = (channel: string) => JSON.stringify({ op: "subscribe", ref: 1, channel });
const open = (target: Target, extra?: readonly string[]) =>
  openBareClient(target.endpoint, target.token("eve"), extra);

type Notation = (fields: Readonly<Record<string, Odd>>) => Buffer;
const notations: readonly Notation[] = [
  (fields) => text(JSON.stringify(fields)),
  (fields) => binary(oddMsgpack(new OddMap(Object.entries(fields)))),
];
const FLOODED = "topic/flood";

/** Subscribes in the notation that the variant takes, and settles with that. */
async function notationOf({ socket, frames }: BareClient): Promise<Notation> {
  for (const [index, write] of notations.entries()) {
    socket.write(write({ op: "subscribe", ref: 1, channel: FLOODED }));
    while (frames.length === index && !socket.destroyed) await sleep(5);
    // `ok` behind its quotes, or behind its length.
    if (/op\W+ok/.test(frames[index]?.payload.toString("latin1") ?? "")) return write;
  }
  throw new Error("a subscription was taken in no notation");
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

const DEEP = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
const wide = JSON.stringify(
  Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index])),
);
const packed = (head: string, depth: number, tail: string) =>
  binary(Buffer.concat([Buffer.from(head, "hex"), Buffer.alloc(depth, 0x91), Buffer.from(tail, "hex")]));

/** uWebSockets.js shows whole messages alone and holds nothing of empty fragments: the heartbeat ends who sends no other. */
const ENDLESS_ON_UWS_MS = 20_000;

/** `withinMs`: how long the server may take to end a connection on which nobody is let in; `endlessMs`: one that ends no message. */
const attacksWithin = (withinMs: number, endlessMs = CLOSING_MS): readonly Attack[] => [
  ...websocketAttacks({ open, withinMs: CLOSING_MS, endlessMs }),
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
      await assertClosed(sockets, withinMs);
    },
  },
  {
    name: "heads of upgrades that go on line by line",
    patient: true,
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(target)));
      const head = upgradeRequest(target.endpoint, target.token("eve")).slice(0, -2);
      for (const socket of sockets) socket.write(head);
      await during(assertClosed(sockets, withinMs), 100, () => {
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
      await assertClosed(sockets, withinMs);
    },
  },
  {
    name: "requests whose answers nobody reads",
    run: async (target) =>
      pushUntilCut(await open(target), times(1_000, text(subscribing("topic/x"))), 200, CLOSING_MS),
  },
  {
    name: "a subscriber that stops reading while others publish",
    run: async (target) => {
      const stalled = await open(target);
      const write = await notationOf(stalled);
      stalled.socket.pause();
      const publisher = await openBareClient(target.endpoint, target.token("mallory"));
      const publish = write({ op: "publish", ref: 1, channel: FLOODED, body: "x".repeat(1_000) });
      const batch = times(100, publish);
      for (let sent = 0; sent < 150; sent += 1) await push(publisher.socket, batch);
      publisher.socket.destroy();
      await assertClosed([stalled.socket], CLOSING_MS);
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
    name: "clients whose tokens run out while they talk",
    patient: true,
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

export const attacks: OwnAttacks = (variant) =>
  variant === "uws"
    ? attacksWithin(sessionlessMs(websocketUws, CLOSING_MS), ENDLESS_ON_UWS_MS)
    : attacksWithin(sessionlessMs(websocket, CLOSING_MS));
