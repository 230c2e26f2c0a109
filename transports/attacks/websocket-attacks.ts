import { setTimeout as sleep } from "node:timers/promises";
import { deflateRawSync } from "node:zlib";
import { onConnections } from "../http/attacker.ts";
import { rawRequest } from "../http/raw.ts";
import type { Attack, Target } from "./attack.ts";
import { type BareClient, closeFrame, maskedFrame, OPCODE } from "./bare-websocket.ts";
import { assertClosed } from "./common.ts";
import { push, times } from "./push.ts";

/*
 * What can be tried against any server of WebSocket (RFC 6455), whatever is carried in its messages.
 */

interface Upgrading {
  /** A connection that the server has upgraded, with these header fields beside the usual ones. */
  readonly open: (target: Target, extra?: readonly string[]) => Promise<BareClient>;
  /** How long the server may take to end one that breaks the protocol, or whose peer reads nothing. */
  readonly withinMs: number;
  /** The same of one that never ends a message: default `withinMs`; longer where only the heartbeat notices. */
  readonly endlessMs?: number;
}

export function websocketAttacks({ open, withinMs, endlessMs = withinMs }: Upgrading): readonly Attack[] {
  /** Opens a connection for each, sends the bytes, and rejects unless the server ends them all, though they do not end their side. */
  const assertEnded = async (target: Target, each: readonly Buffer[]): Promise<void> => {
    for (let from = 0; from < each.length; from += 40) {
      const opened = each.slice(from, from + 40).map(async (bytes) => {
        const { socket } = await open(target);
        socket.write(bytes);
        return socket;
      });
      await assertClosed(await Promise.all(opened), withinMs);
    }
  };
  return [
    {
      name: "pings of 125 bytes whose pongs nobody reads",
      run: async (target) => {
        const pings = times(500, maskedFrame(OPCODE.ping, "x".repeat(125)));
        const one = async () => pushUntilCut(await open(target), pings, 300, withinMs);
        await Promise.all(Array.from({ length: 5 }, one));
      },
    },
    {
      name: "pipelined requests that are no upgrades",
      run: (target) =>
        onConnections(target, 40, async ({ socket, send }) => {
          socket.resume();
          send(rawRequest("GET /").repeat(5_000));
          await sleep(1_500);
        }),
    },
    {
      name: "frames that announce more than a request can have",
      run: (target) =>
        assertEnded(
          target,
          Array.from({ length: 80 }, (_, index) =>
            maskedFrame(OPCODE.text, "x", { announced: [20_000, 2 ** 31, 2 ** 40, 2 ** 52][index % 4] ?? 0 }),
          ),
        ),
    },
    {
      name: "a message of fragments without end",
      run: async (target) => {
        const { socket } = await open(target);
        await push(socket, maskedFrame(OPCODE.text, "", { fin: false }));
        const more = times(1_000, maskedFrame(OPCODE.continuation, "", { fin: false }));
        for (let sent = 0; sent < 40 && socket.writable; sent += 1) await push(socket, more);
        await assertClosed([socket], endlessMs);
      },
    },
    {
      name: "frames against the protocol, by clients that answer no close frame",
      run: (target) =>
        assertEnded(
          target,
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
          const { socket } = await open(target, ["Sec-WebSocket-Extensions: permessage-deflate"]);
          socket.write(maskedFrame(OPCODE.text, bomb, { rsv: 4 }));
          await assertClosed([socket], withinMs);
        }
      },
    },
  ];
}

/** Rejects unless the server ends the connection while the bytes are pushed at it, again and again but not read from. */
export async function pushUntilCut(
  { socket }: BareClient,
  bytes: Buffer,
  times: number,
  withinMs: number,
): Promise<void> {
  socket.pause();
  for (let sent = 0; sent < times && socket.writable; sent += 1) await push(socket, bytes);
  await assertClosed([socket], withinMs);
}
