import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../attacks/attack.ts";
import { CLOSING_MS } from "../attacks/common.ts";
import { answered, onConnections } from "../http/attacker.ts";
import { connectionAttacks, type Posting, sessionGuesses } from "../http/connection-attacks.ts";
import { openRaw, type RawConnection } from "../http/raw.ts";
import { field, prefixed } from "./http2-bytes.ts";
import { CODE_KEY, MEDIA_TYPE, SERVICE } from "./web-framing.ts";

/* What can be tried by who knows gRPC-Web. */

function call(
  target: Target,
  { socket }: RawConnection,
  method: string,
  content: Buffer,
  user = "mallory",
  expiresInMs?: number,
): void {
  const head =
    `POST ${SERVICE}/${method} HTTP/1.1\r\nhost: x\r\ncontent-type: ${MEDIA_TYPE}\r\n` +
    `authorization: Bearer ${target.token(user, expiresInMs)}\r\ncontent-length: ${content.length}\r\n\r\n`;
  if (socket.writable) socket.write(Buffer.concat([Buffer.from(head), content]));
}

const publish = (channel: string, body: string) =>
  prefixed(Buffer.concat([field(1, Buffer.from(channel)), field(2, Buffer.from(body))]));

const publishing: Posting = {
  line: `POST ${SERVICE}/Publish`,
  mediaType: MEDIA_TYPE,
  content: publish("topic/x", "x").toString("latin1"),
};

export const webAttacks: readonly Attack[] = [
  ...connectionAttacks(publishing),
  sessionGuesses(publishing, `${CODE_KEY}: closed`),
  {
    name: "streams of gRPC-Web whose tokens run out",
    patient: true,
    run: (target) =>
      onConnections(target, 20, async (connection) => {
        const following = prefixed(field(1, Buffer.from("topic/x")));
        call(target, connection, "Follow", following, "brief", 1_000);
        await connection.receive(`${CODE_KEY}: unauthenticated`);
        await connection.closed();
      }),
  },
  {
    name: "streams of gRPC-Web that nobody reads, with traffic",
    run: async (target) => {
      const publisher = await openRaw(target.endpoint);
      let endFlood: () => void = () => undefined;
      const flooded = new Promise<void>((resolve) => {
        endFlood = resolve;
      });
      const flood = async () => {
        // Of three bytes a character: the kernel alone holds some megabytes for each reader.
        for (let sent = 1; sent <= 6_000; sent += 1) {
          call(target, publisher, "Publish", publish("topic/web-flood", "\u20ac".repeat(1_000)));
          if (sent % 50 === 0) await answered(publisher, sent);
        }
      };
      try {
        await onConnections(target, 10, async (connection, lane) => {
          call(
            target,
            connection,
            "Follow",
            prefixed(field(1, Buffer.from("topic/web-flood"))),
            "web-reader",
          );
          await connection.receive("200 OK");
          connection.socket.pause();
          if (lane === 0) await flood().finally(endFlood);
          await flooded;
          connection.socket.resume();
          await connection.closed(CLOSING_MS);
        });
      } finally {
        publisher.destroy();
      }
    },
  },
  {
    name: "calls of gRPC-Web whose messages are none, are cut short, or claim to be compressed",
    run: async (target) => {
      const good = publish("topic/x", "x");
      const contents = [
        Buffer.alloc(0),
        good.subarray(0, 4),
        good.subarray(0, -1),
        Buffer.concat([good, good]),
        Buffer.concat([Buffer.from([1]), good.subarray(1)]),
        Buffer.concat([Buffer.from([0x80]), good.subarray(1)]),
        Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]),
        prefixed(Buffer.alloc(12_000, 0x13)),
        prefixed(Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f])),
      ];
      const methods = ["Follow", "Publish", "Read", "Subscribe", "Alive", "Nothing"];
      await onConnections(target, 120, async (connection, index) => {
        call(target, connection, methods[index % 6] ?? "", contents[index % contents.length] ?? good);
        await connection.receive("\r\n\r\n");
        await sleep(200);
        if (connection.text.startsWith("HTTP/1.1 5")) throw new Error(connection.text.slice(0, 60));
      });
    },
  },
];
