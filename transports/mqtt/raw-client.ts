import type { Socket } from "node:net";
import { closeFrame, maskedFrame, OPCODE, upgradeRequest } from "../attacks/bare-websocket.ts";
import { push } from "../attacks/push.ts";
import { Reader } from "../dissect/reader.ts";
import { readFrames } from "../dissect/websocket-frames.ts";
import { dial } from "../net/dial.ts";
import type { Endpoint } from "../port/transport.ts";
import { SUBPROTOCOL } from "./websocket-stream.ts";

/** As much in a message as any server takes; packets may be cut anywhere (MQTT 3.1.1, 6). */
const MESSAGE_BYTES = 16 * 1024;

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
  /** Sends; settles when the bytes are out, or a second later when the server reads no more. */
  push(bytes: Buffer): Promise<void>;
  /** Ends its side behind what it has sent, over WebSocket with a close frame. */
  end(): void;
  /** Topic and payload of the publishes that came at quality of service 0. */
  published(topic: string): string[];
}

/** Over WebSocket where the endpoint is one. Closing is left to the server, whatever it says. */
export function openRaw(endpoint: Endpoint, socket = dial(endpoint, undefined)): RawClient {
  socket.on("error", () => socket.destroy());
  const received: Received[] = [];
  const take = packetsOf((packet) => received.push(packet));
  const overWebSocket = endpoint.url.startsWith("ws");
  const framed = overWebSocket ? inMessages : (bytes: Buffer) => bytes;
  if (overWebSocket)
    socket.write(upgradeRequest(endpoint, undefined, [`Sec-WebSocket-Protocol: ${SUBPROTOCOL}`]));
  socket.on("data", overWebSocket ? messagesOf(take) : take);
  return {
    socket,
    received,
    closed: new Promise((resolve) => {
      socket.once("close", () => resolve());
    }),
    send: (...packets) => {
      if (socket.writable) socket.write(framed(Buffer.concat(packets)));
    },
    end: () => {
      if (overWebSocket) socket.write(closeFrame(1000));
      else socket.end();
    },
    push: (bytes) => push(socket, framed(bytes)),
    published: (topic) =>
      received.flatMap(({ first, body }) => {
        if (first !== 0x30) return [];
        const end = 2 + body.readUInt16BE(0);
        return body.toString("utf8", 2, end) === topic ? [body.toString("utf8", end)] : [];
      }),
  };
}

function inMessages(bytes: Buffer): Buffer {
  const count = Math.ceil(bytes.length / MESSAGE_BYTES);
  const messages = Array.from({ length: count }, (_, index) =>
    maskedFrame(OPCODE.binary, bytes.subarray(index * MESSAGE_BYTES, (index + 1) * MESSAGE_BYTES)),
  );
  return Buffer.concat(messages);
}

/** Hands on what comes in binary messages behind the answer to the upgrade. */
function messagesOf(take: (bytes: Buffer) => void): (chunk: Buffer) => void {
  const readFrame = readFrames(false, ({ opcode, payload }) => {
    if (opcode === "binary" || opcode === "continuation") take(payload);
  });
  let upgraded = false;
  const reader = new Reader((bytes) => {
    if (upgraded) return readFrame(bytes);
    const end = bytes.indexOf("\r\n\r\n");
    upgraded = end >= 0;
    return end < 0 ? 0 : end + 4;
  });
  return (chunk) => reader.push(chunk);
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
