import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openSocket } from "../attacks/common.ts";
import { push } from "../attacks/push.ts";
import { type Http2Frame, readHttp2 } from "../dissect/http2-frames.ts";
import { Reader } from "../dissect/reader.ts";
import type { Endpoint } from "../port/transport.ts";
import {
  FLAG,
  FRAME,
  field,
  frame,
  literal,
  PREFACE_BYTES,
  prefixed,
  tag,
  u32,
  varint,
} from "./http2-bytes.ts";

/*
 * A client that writes HTTP/2 by hand, so that it can also do what no library lets one do. For attacks and tests.
 */

export interface BareClient {
  readonly socket: Socket;
  /** What the server has sent so far. */
  readonly frames: readonly Http2Frame[];
  /** Writes, and waits for the kernel to take it, but not for long. */
  write(...frames: readonly Buffer[]): Promise<void>;
  /** Sends DATA on stream 1, as much as the server's windows let out; gives up with the connection, or when they stay shut for a second. */
  send(data: Buffer): Promise<void>;
  /** Settles when that many frames for which it holds have come; rejects when the connection ends before, or after 5 s. */
  until(what: string, count: number, holds: (frame: Http2Frame) => boolean): Promise<void>;
}

/** Settles with a client that has said its preface and settings, whatever the server thinks of them. */
export async function openBareClient(
  endpoint: Endpoint,
  settings: Buffer = Buffer.alloc(0),
): Promise<BareClient> {
  const socket = await openSocket({ endpoint });
  const frames: Http2Frame[] = [];
  const windows = { connection: 65_535, stream: 65_535 };
  const reader = new Reader(
    readHttp2("server", {
      preface: () => undefined,
      frame: (one) => {
        frames.push({ ...one, payload: Buffer.from(one.payload) });
        if (one.type !== "WINDOW_UPDATE") return;
        windows[one.stream === 0 ? "connection" : "stream"] += one.payload.readUInt32BE();
      },
    }),
  );
  socket.on("data", (chunk) => reader.push(chunk));
  const write = (...some: readonly Buffer[]) => push(socket, Buffer.concat(some));
  await write(PREFACE_BYTES, frame(FRAME.settings, 0, 0, settings));
  return {
    socket,
    frames,
    write,
    send: async (data) => {
      // Its windows may be shut when the server ends the connection, so that nothing is written that would break it.
      const stands = () => socket.writable && !socket.readableEnded;
      for (let at = 0; at < data.length && stands(); ) {
        const room = Math.min(windows.connection, windows.stream, 16_384);
        for (let waited = 0; room === 0 && waited < 1_000 && stands(); waited += 5) {
          await sleep(5);
          if (Math.min(windows.connection, windows.stream) > 0) break;
        }
        const part = data.subarray(at, at + Math.min(windows.connection, windows.stream, 16_384));
        if (part.length === 0) return;
        at += part.length;
        windows.connection -= part.length;
        windows.stream -= part.length;
        await write(frame(FRAME.data, 0, 1, part));
      }
    },
    until: async (what, count, holds) => {
      const deadline = performance.now() + 5_000;
      while (frames.filter(holds).length < count) {
        if (socket.destroyed || socket.readableEnded) throw new Error(`closed before: ${what}`);
        if (performance.now() > deadline) throw new Error(`not within 5 s: ${what}`);
        await sleep(5);
      }
    },
  };
}

/** The HEADERS that begin a call; `extra` ones go behind the others, or in the place of those of the same name. */
export function callHeaders(
  stream: number,
  token: string,
  extra: Readonly<Record<string, string>> = {},
  flags: number = FLAG.endHeaders,
): Buffer {
  const fields = {
    ":method": "POST",
    ":scheme": "http",
    ":path": "/notiflab.v1.Notifications/Connect",
    ":authority": "bare",
    te: "trailers",
    "content-type": "application/grpc",
    authorization: `Bearer ${token}`,
    ...extra,
  };
  return frame(FRAME.headers, flags, stream, Buffer.concat(Object.entries(fields).map(literal)));
}

/** Whether it is the `welcome` of a call, or another message: data that comes down. */
export const isData = ({ type, payload }: Http2Frame) => type === "DATA" && payload.length > 0;
/** Whether it ends a call: by a status, or by a reset. */
export const isEnd = ({ type, flags }: Http2Frame) =>
  type === "RST_STREAM" || (type === "HEADERS" && (flags & FLAG.endStream) !== 0);

/** A client on whose stream 1 a call has been let in. */
export async function openCall(endpoint: Endpoint, token: string, settings?: Buffer): Promise<BareClient> {
  const client = await openBareClient(endpoint, settings);
  await client.write(callHeaders(1, token));
  await client.until("the welcome", 1, isData);
  return client;
}

/** One ClientMessage of notif.proto, behind its prefix. */
export function request(ref: number, operation: Buffer): Buffer {
  return prefixed(Buffer.concat([tag(1, 0), varint(ref), operation]));
}

export const subscribe = (channel: string, after?: string) =>
  request(
    1,
    field(2, Buffer.concat([field(1, channel), after === undefined ? Buffer.alloc(0) : field(2, after)])),
  );
export const publish = (channel: string, body: string) =>
  request(2, field(3, Buffer.concat([field(1, channel), field(2, body)])));
export const ping = request(3, field(5, ""));

/** One setting (RFC 9113, 6.5.1). */
export function setting(id: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([0, id]), u32(value)]);
}
