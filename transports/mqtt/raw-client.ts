import type { Socket } from "node:net";
import { dial } from "../net/dial.ts";
import type { Endpoint } from "../port/transport.ts";

/** A packet from the server. */
export interface Received {
  /** The packet's first byte: its type and its flags. */
  readonly first: number;
  readonly body: Buffer;
}

/** A client that sends any bytes, and takes the server's packets apart. */
export interface RawClient {
  readonly socket: Socket;
  readonly received: readonly Received[];
  /** Settles when the connection is over, however that came about. */
  readonly closed: Promise<void>;
  send(...packets: readonly Buffer[]): void;
  /** Topic and payload of the publishes that came at quality of service 0. */
  published(topic: string): string[];
}

export function openRaw(endpoint: Endpoint): RawClient {
  const socket = dial(endpoint, undefined);
  socket.on("error", () => socket.destroy());
  const received: Received[] = [];
  const take = packetsOf((packet) => received.push(packet));
  socket.on("data", take);
  return {
    socket,
    received,
    closed: new Promise((resolve) => {
      socket.once("close", () => resolve());
    }),
    send: (...packets) => {
      if (socket.writable) socket.write(Buffer.concat(packets));
    },
    published: (topic) =>
      received.flatMap(({ first, body }) => {
        if (first !== 0x30) return [];
        const end = 2 + body.readUInt16BE(0);
        return body.toString("utf8", 2, end) === topic ? [body.toString("utf8", end)] : [];
      }),
  };
}

/** Takes a stream of bytes apart (MQTT 3.1.1, 2.2). */
function packetsOf(onPacket: (packet: Received) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      let length = 0;
      let at = 1;
      let byte = 0x80;
      for (; byte >= 0x80 && at <= 4; at += 1) {
        const next = held[at];
        if (next === undefined) return;
        byte = next;
        length += (byte & 0x7f) << (7 * (at - 1));
      }
      if (held.length < at + length) return;
      onPacket({ first: held[0] ?? 0, body: held.subarray(at, at + length) });
      held = held.subarray(at + length);
    }
  };
}
