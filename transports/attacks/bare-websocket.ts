import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import { Reader } from "../dissect/reader.ts";
import { type Frame, readFrames } from "../dissect/websocket-frames.ts";
import { dial, readyEvent } from "../net/dial.ts";
import type { Endpoint } from "../port/transport.ts";

/*
 * A client that frames by hand, so that it can also do what no library lets one do. For attacks and tests; nothing that is measured.
 */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  readonly fin?: boolean;
  /** The three reserved bits as a number (RFC 6455, 5.2). */
  readonly rsv?: number;
  /** Claims this length in place of the payload's. */
  readonly announced?: number;
}

/** A client's frame: masked (RFC 6455, 5.3), with the shortest length that fits. */
export function maskedFrame(
  opcode: number,
  payload: string | Buffer = "",
  { fin = true, rsv = 0, announced }: FrameOptions = {},
): Buffer {
  const bytes = Buffer.from(payload);
  const length = announced ?? bytes.length;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + extended + 4 + bytes.length);
  frame[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  else if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  const key = randomBytes(4);
  key.copy(frame, 2 + extended);
  for (const [index, byte] of bytes.entries()) frame[2 + extended + 4 + index] = byte ^ (key[index % 4] ?? 0);
  return frame;
}

/** A close frame (RFC 6455, 5.5.1); the code goes as it is, valid or not. */
export function closeFrame(code: number, reason: string | Buffer = ""): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return maskedFrame(OPCODE.close, Buffer.concat([head, Buffer.from(reason)]));
}

/** The head of an upgrade request (RFC 6455, 4.1); without a token none is sent. */
export function upgradeRequest(
  { url }: Endpoint,
  token: string | undefined,
  extra: readonly string[] = [],
  path = "/",
) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...extra,
    "\r\n",
  ].join("\r\n");
}

/** An upgraded connection. */
export interface BareClient {
  readonly socket: Socket;
  /** What the server has sent so far. */
  readonly frames: readonly Frame[];
  /** Calls back at each frame, for who reads none of `frames`. */
  onFrame: (frame: Frame) => void;
  /** Settles when the server has ended its side, or the connection is gone. */
  readonly ended: Promise<void>;
}

/** A socket that stands, over TLS where the endpoint shows a certificate. Rejects with `unreachable`. */
export async function openBareSocket(endpoint: Endpoint): Promise<Socket> {
  const socket = dial(endpoint, undefined);
  socket.on("error", () => socket.destroy());
  const stands = once(socket, readyEvent(endpoint));
  const failed = once(socket, "close").then(() => {
    throw new LabError("unreachable", "the connection was closed before it stood");
  });
  failed.catch(() => undefined);
  await Promise.race([stands, failed]);
  return socket;
}

/** Upgrades; rejects with `unreachable` when the server does not. */
export async function openBareClient(
  endpoint: Endpoint,
  token: string | undefined,
  extra: readonly string[] = [],
  path = "/",
): Promise<BareClient> {
  const socket = await openBareSocket(endpoint);
  const frames: Frame[] = [];
  const client: BareClient = {
    socket,
    frames,
    onFrame: () => undefined,
    ended: new Promise((resolve) => {
      socket.once("end", resolve);
      socket.once("close", () => resolve());
    }),
  };
  const reader = new Reader(
    readFrames(false, (frame) => {
      frames.push(frame);
      client.onFrame(frame);
    }),
  );
  socket.write(upgradeRequest(endpoint, token, extra, path));
  const first = await firstAnswer(socket);
  socket.on("data", (chunk: Buffer) => reader.push(chunk));
  reader.push(first);
  return client;
}

/** What comes behind the head of the answer; rejects unless that is 101. */
async function firstAnswer(socket: Socket): Promise<Buffer> {
  let held = Buffer.alloc(0);
  for (;;) {
    const [chunk] = await Promise.race([once(socket, "data"), once(socket, "close")]);
    if (!Buffer.isBuffer(chunk)) throw new LabError("unreachable", "closed in mid-upgrade");
    held = Buffer.concat([held, chunk]);
    const end = held.indexOf("\r\n\r\n");
    if (end < 0) continue;
    if (held.toString("latin1", 0, 12) === "HTTP/1.1 101") return held.subarray(end + 4);
    socket.destroy();
    throw new LabError("unreachable", held.toString("latin1", 0, held.indexOf("\r\n")));
  }
}
