import type { Attack } from "../attacks/attack.ts";
import { assertClosed, during, GRACE_MS, HANDSHAKE_MS, openSocket } from "../attacks/common.ts";
import { push, times } from "../attacks/push.ts";
import { flood, INITIAL_WINDOW, NOTHING, odd, onClients, pester } from "./attacker.ts";
import { callHeaders, setting } from "./bare-client.ts";
import { FLAG, FRAME, frame, indexed, literal, PREFACE_BYTES, u32 } from "./http2-bytes.ts";

/** After that long `serve` gives up who answers no ping. */
const HEARTBEAT_MS = 15_000;

/** What HTTP/2 itself lets a client try, whatever the service is: frames, header blocks, beginnings. */
export const frameAttacks: readonly Attack[] = [
  {
    name: "a PING flood whose answers nobody reads",
    run: (target) => flood(target, times(5_000, frame(FRAME.ping, 0, 0, Buffer.alloc(8))), 100),
  },
  {
    name: "a SETTINGS flood whose answers nobody reads",
    run: (target) => flood(target, times(5_000, frame(FRAME.settings, 0, 0)), 100),
  },
  {
    name: "headers that go on without end (CONTINUATION flood)",
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
    name: "small headers that are large inside (HPACK bomb)",
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
    name: "beginnings that come byte by byte",
    patient: true,
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(target)));
      const opening = Buffer.concat([
        PREFACE_BYTES,
        frame(FRAME.settings, 0, 0),
        callHeaders(1, target.token("eve")),
      ]);
      let sent = 0;
      await during(assertClosed(sockets, HANDSHAKE_MS + GRACE_MS), 50, () => {
        // Some begin at once and then send a header block that never ends.
        const [from, to] = [sent, sent + (sent === 0 ? 60 : 1)];
        for (const [index, socket] of sockets.entries())
          if (socket.writable)
            socket.write(index % 2 === 0 ? opening.subarray(from, to) : opening.subarray(sent, sent + 1));
        sent = Math.min(to, 150);
      });
    },
  },
  {
    name: "frames against the protocol, before a call and in the midst of one",
    patient: true,
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
    patient: true,
    run: async (target) => {
      await pester(target, times(2_000, frame(FRAME.priority, 0, 1, Buffer.alloc(5))), 100);
      await pester(target, times(2_000, frame(FRAME.window, 0, 0, u32(1))), 100);
      await pester(target, times(2_000, frame(200, 0, 0)), 100);
      await pester(target, times(2_000, frame(FRAME.data, 0, 1)), 100);
    },
  },
];
