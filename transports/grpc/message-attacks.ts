import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Attack } from "../attacks/attack.ts";
import { assertClosed, CLOSING_MS } from "../attacks/common.ts";
import { times } from "../attacks/push.ts";
import { assertEnded, NOTHING, onClients } from "./attacker.ts";
import { isEnd, openCall, ping, publish, request, subscribe } from "./bare-client.ts";
import { FRAME, field, frame, prefixed, tag, u32 } from "./http2-bytes.ts";

/** As long as a channel may be called, so that answers are long. */
const MISSED = `topic/${"m".repeat(128)}`;

/** What can be tried in messages and by who does not read them. */
export const messageAttacks: readonly Attack[] = [
  {
    name: "requests whose answers nobody reads, all that was missed among them",
    run: async (target) => {
      const publisher = await openCall(target.endpoint, target.token("publisher"));
      await publisher.send(times(500, publish(MISSED, "x".repeat(1_000))));
      publisher.socket.destroy();
      await onClients(target, 4, "deaf", async ({ socket, send }) => {
        // Its windows are what is not opened again: the socket is read.
        const batch = times(80, Buffer.concat([ping, subscribe(MISSED, "x-0")]));
        for (let sent = 0; sent < 200 && socket.writable && !socket.readableEnded; sent += 1)
          await send(batch);
        await assertClosed([socket], CLOSING_MS);
      });
    },
  },
  {
    name: "pings without a number, whose answers of two bytes nobody reads",
    run: (target) =>
      onClients(target, 4, "deaf", async ({ socket, send }) => {
        const batch = times(500, request(0, field(5, "")));
        for (let sent = 0; sent < 200 && socket.writable && !socket.readableEnded; sent += 1)
          await send(batch);
        await assertClosed([socket], CLOSING_MS);
      }),
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
      // Whoever waits for it is told; that may be after it has failed.
      flooded.catch(() => undefined);
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
];
