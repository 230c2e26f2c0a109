import { type ErrorCode, LabError } from "../../core/errors.ts";

/*
 * gRPC-Web over HTTP/1.1 (github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md): each message behind a flag and its length, the trailers in a last
 * frame of their own. Runs in pages.
 */

export const SERVICE = "/notiflab.v1.Web";
export const MEDIA_TYPE = "application/grpc-web+proto";
/** Metadata with the lab's own code, which is finer than the status. */
export const CODE_KEY = "notif-code";

const PREFIX_BYTES = 5;
const TRAILERS = 0x80;
/** No server sends a larger message. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** gRPC's numbers (github.com/grpc/grpc/blob/master/doc/statuscodes.md). */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  unauthenticated: 16,
  forbidden: 7,
  invalid_channel: 3,
  invalid_body: 3,
  body_too_long: 3,
  invalid_cursor: 3,
  malformed: 3,
  rate_limited: 8,
  too_many_sessions: 8,
  too_many_subscriptions: 8,
  unknown_notification: 5,
  unsupported: 12,
  unavailable: 14,
  slow_consumer: 8,
  heartbeat_timeout: 4,
  unreachable: 14,
  timeout: 4,
  closed: 14,
  internal: 13,
};

/** One message behind its prefix. */
export function framed(message: Uint8Array, flag = 0): Uint8Array {
  const frame = new Uint8Array(PREFIX_BYTES + message.length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, flag);
  view.setUint32(1, message.length);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** Name and value of what stands at the end of a call, or in its head when there is nothing else. */
export function trailersOf(error?: LabError): Readonly<Record<string, string>> {
  if (!error) return { "grpc-status": "0" };
  const { code, message } = error;
  // Percent-encoded, as gRPC over HTTP2 has it.
  return {
    "grpc-status": String(STATUS[code]),
    "grpc-message": encodeURIComponent(message),
    [CODE_KEY]: code,
  };
}

/** The last frame of an answer. */
export function trailersFrame(error?: LabError): Uint8Array {
  const lines = Object.entries(trailersOf(error)).map(([name, value]) => `${name}: ${value}\r\n`);
  return framed(new TextEncoder().encode(lines.join("")), TRAILERS);
}

/** Why a call has ended, by its trailers; undefined where it went well. `field` gives a value by its name in lower case. */
export function errorIn(field: (name: string) => string | undefined): LabError | undefined {
  const status = field("grpc-status");
  if (status === "0") return undefined;
  const message = textOf(field("grpc-message"));
  const code = field(CODE_KEY);
  if (code !== undefined) return LabError.fromWire(code, message);
  if (status === "16") return new LabError("unauthenticated", message);
  return new LabError(
    status === undefined ? "unreachable" : "closed",
    status === undefined ? "no notification service there" : `the call has ended (${status}: ${message})`,
  );
}

function textOf(encoded = ""): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

export interface FrameEvents {
  message(bytes: Uint8Array): void;
  trailers(field: (name: string) => string | undefined): void;
}

/** Takes an answer apart, however it is cut. Throws `malformed` for what is none. */
export class FrameReader {
  readonly #on: FrameEvents;
  #held = new Uint8Array(0);

  constructor(on: FrameEvents) {
    this.#on = on;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#held.length > 0) {
      bytes = new Uint8Array(this.#held.length + chunk.length);
      bytes.set(this.#held);
      bytes.set(chunk, this.#held.length);
    }
    let at = 0;
    while (bytes.length - at >= PREFIX_BYTES) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, PREFIX_BYTES);
      const flag = view.getUint8(0);
      const length = view.getUint32(1);
      if ((flag & 0x7f) !== 0 || length > MAX_MESSAGE_BYTES)
        throw new LabError("malformed", "not a frame of gRPC-Web that this client reads");
      if (bytes.length - at < PREFIX_BYTES + length) break;
      const content = bytes.subarray(at + PREFIX_BYTES, at + PREFIX_BYTES + length);
      at += PREFIX_BYTES + length;
      if (flag === TRAILERS) this.#on.trailers(fieldsOf(content));
      else this.#on.message(content);
    }
    // Not the chunk itself, which may be a large one, and used again by who gave it.
    this.#held = bytes.slice(at);
  }
}

function fieldsOf(content: Uint8Array): (name: string) => string | undefined {
  const fields = new Map<string, string>();
  for (const line of new TextDecoder().decode(content).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return (name) => fields.get(name);
}
