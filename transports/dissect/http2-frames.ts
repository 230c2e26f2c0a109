import { LabError } from "../../core/errors.ts";
import { excerpt } from "./json.ts";
import type { Consume } from "./reader.ts";

/** What a client says first (RFC 9113, 3.4). */
export const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const TYPES = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
] as const;

/** A frame of RFC 9113, 4.1: 9 bytes of header, then the payload. */
export interface Http2Frame {
  readonly type: (typeof TYPES)[number];
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const HTTP2_HEADER = 9;
/** SETTINGS_MAX_FRAME_SIZE can't be more (RFC 9113, 6.5.2). */
const MAX_FRAME = 0xff_ffff;
const PADDED = 0x08;

/** Reads frames, on the client's side behind the preface. Throws `malformed` for what is no frame of RFC 9113, 6. */
export function readHttp2(
  role: "client" | "server",
  on: { preface(length: number): void; frame(frame: Http2Frame): void },
): Consume {
  let begun = role === "server";
  return (bytes) => {
    if (!begun) {
      const there = bytes.toString("latin1", 0, PREFACE.length);
      if (!PREFACE.startsWith(there))
        throw new LabError("malformed", `not the preface of HTTP/2: ${excerpt(bytes)}`);
      if (there.length < PREFACE.length) return 0;
      begun = true;
      on.preface(PREFACE.length);
      return PREFACE.length;
    }
    if (bytes.length < HTTP2_HEADER) return 0;
    const length = bytes.readUIntBE(0, 3);
    const type = TYPES[bytes.readUInt8(3)];
    if (!type || length > MAX_FRAME)
      throw new LabError("malformed", `not an HTTP/2 frame: ${excerpt(bytes)}`);
    if (bytes.length < HTTP2_HEADER + length) return 0;
    on.frame({
      type,
      flags: bytes.readUInt8(4),
      stream: bytes.readUInt32BE(5) & 0x7fff_ffff,
      payload: bytes.subarray(HTTP2_HEADER, HTTP2_HEADER + length),
    });
    return HTTP2_HEADER + length;
  };
}

/** The content of a DATA frame, and the padding around it (RFC 9113, 6.1). */
export function unpad({ flags, payload }: Http2Frame): { before: number; data: Buffer; after: number } {
  if ((flags & PADDED) === 0) return { before: 0, data: payload, after: 0 };
  const after = payload[0] ?? 0;
  if (payload.length < 1 + after) throw new LabError("malformed", "more padding than the frame holds");
  return { before: 1, data: payload.subarray(1, payload.length - after), after };
}
