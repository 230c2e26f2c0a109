import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../attacks/attack.ts";
import { assertClosed, CLOSING_MS, during, HANDSHAKE_MS, openSocket } from "../attacks/common.ts";
import { push, times } from "../attacks/push.ts";
import { encodeFrame, FrameReader } from "./framing.ts";

/*
 * What can be tried by who knows the frames and the dialogue of conversing(): of transports of one's own as of this one.
 */

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

const frame = (message: object) => encodeFrame(JSON.stringify(message));
const hello = (target: Target, user: string, expiresInMs?: number) =>
  frame({ op: "connect", ref: 1, token: target.token(user, expiresInMs) });
const subscribe = frame({ op: "subscribe", ref: 2, channel: "topic/flood" });
const many = (count: number, target: Target) =>
  Promise.all(Array.from({ length: count }, () => openSocket(target)));

/** A connection that has been let in, and what it was answered. */
async function enter(target: Target, user: string) {
  const socket = await openSocket(target);
  const answers: string[] = [];
  const reader = new FrameReader(MAX_ANSWER_BYTES, (text) => answers.push(text));
  socket.on("data", (chunk) => reader.push(chunk));
  socket.write(hello(target, user));
  while (answers.length === 0 && !socket.destroyed) await sleep(5);
  if (!answers[0]?.includes('"ok"')) throw new Error(`${user} was not let in: ${answers[0]}`);
  return { socket, answers };
}

const DEEP = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;

export const attacks: readonly Attack[] = [
  {
    name: "a token that comes byte by byte, and pings in its place",
    patient: true,
    run: async (target) => {
      const sockets = await many(100, target);
      const ping = frame({ op: "ping" });
      const greeting = hello(target, "eve");
      let sent = 0;
      await during(assertClosed(sockets, HANDSHAKE_MS + CLOSING_MS), 40, () => {
        for (const [index, socket] of sockets.entries())
          if (socket.writable) socket.write(index % 2 === 0 ? ping : greeting.subarray(sent, sent + 1));
        sent = Math.min(sent + 1, 60);
      });
    },
  },
  {
    name: "refused greetings whose clients never end their side, and go on sending",
    run: async (target) => {
      const greetings = [
        frame({ op: "connect", ref: 1, token: "nonsense" }),
        hello(target, "eve", -5_000),
        frame({ op: "publish", ref: 1, channel: "topic/x", body: "x" }),
        encodeFrame("{"),
        encodeFrame(`{"op":"connect","ref":${DEEP}}`),
        Buffer.from("ffffffff", "hex"),
      ];
      for (let batch = 0; batch < 10; batch += 1) {
        const sockets = await many(120, target);
        for (const [index, socket] of sockets.entries())
          socket.write(greetings[index % greetings.length] ?? "");
        await during(assertClosed(sockets, CLOSING_MS), 50, () => {
          for (const socket of sockets) if (socket.writable) socket.write("x");
        });
      }
    },
  },
  {
    name: "pings and requests whose answers nobody reads",
    run: async (target) => {
      for (const bytes of [frame({ op: "ping" }), subscribe]) {
        const { socket } = await enter(target, "eve");
        socket.pause();
        const batch = times(2_000, bytes);
        for (let sent = 0; sent < 400 && socket.writable; sent += 1) await push(socket, batch);
        await assertClosed([socket], CLOSING_MS);
      }
    },
  },
  {
    name: "pings without number, by clients that read the answers",
    run: async (target) => {
      const batch = times(4_000, frame({ op: "ping" }));
      const until = performance.now() + 3_000;
      const flood = async () => {
        const { socket } = await enter(target, "eve");
        socket.removeAllListeners("data").resume();
        while (performance.now() < until && socket.writable) await push(socket, batch);
        socket.destroy();
      };
      await Promise.all([flood(), flood(), flood()]);
    },
  },
  {
    name: "a subscriber that stops reading while others publish",
    run: async (target) => {
      const stalled = await enter(target, "eve");
      stalled.socket.write(subscribe);
      while (stalled.answers.length < 2 && !stalled.socket.destroyed) await sleep(5);
      stalled.socket.pause();
      const publisher = await enter(target, "mallory");
      const body = "x".repeat(1_000);
      const batch = times(100, frame({ op: "publish", ref: 1, channel: "topic/flood", body }));
      for (let sent = 0; sent < 150; sent += 1) await push(publisher.socket, batch);
      publisher.socket.destroy();
      await assertClosed([stalled.socket], CLOSING_MS);
    },
  },
  {
    name: "deep and wide messages",
    run: async (target) => {
      const { socket, answers } = await enter(target, "eve");
      const wide = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => index));
      const messages = [
        DEEP,
        `{"op":"publish","ref":${DEEP}}`,
        `{"op":"subscribe","ref":1,"channel":${DEEP}}`,
        `{"op":"read","ref":1,"id":${wide}}`,
      ];
      for (let round = 0; round < 50; round += 1)
        for (const message of messages) await push(socket, encodeFrame(message));
      const expected = 1 + 50 * messages.length;
      const deadline = performance.now() + 5_000;
      while (answers.length < expected && performance.now() < deadline && !socket.destroyed) await sleep(10);
      socket.destroy();
      if (answers.length < expected) throw new Error(`${answers.length} of ${expected} were answered`);
    },
  },
  {
    name: "clients whose tokens run out while they talk",
    patient: true,
    run: async (target) => {
      const sockets = await many(30, target);
      for (const socket of sockets) socket.write(hello(target, "eve", 2_000));
      await during(assertClosed(sockets, 2_000 + CLOSING_MS), 50, () => {
        for (const socket of sockets) if (socket.writable) socket.write(frame({ op: "ping" }));
      });
    },
  },
];
