import type { Naming } from "./dissector.ts";
import { type Http1Events, readHttp1, statusOf } from "./http1.ts";
import { HTTP2_HEADER, readHttp2 } from "./http2-frames.ts";
import { readPrefixed } from "./length-prefix.ts";
import type { Consume } from "./reader.ts";
import { readFrames } from "./websocket-frames.ts";

/** HTTP/1.1 by its start lines, and after an upgrade WebSocket by its frames. */
export const nameHttp1: Naming = (direction, on) => {
  let upgraded = false;
  const events: Http1Events = {
    head: (head) => {
      on({ name: head.startLine.replace(/^HTTP\/1\.1 | HTTP\/1\.1$/g, "").replace(/\?.*/, "?...") });
      upgraded = direction === "in" ? head.headers.get("upgrade") === "websocket" : statusOf(head) === 101;
    },
    content: (before) => {
      if (before > 0) on({ name: "chunk" });
    },
    ended: (length) => {
      if (length > 0) on({ name: "last chunk" });
    },
  };
  const http = readHttp1(direction === "in" ? "request" : "response", events);
  const frames: Consume = (bytes) =>
    readFrames(direction === "in", ({ opcode, headerLength, payload }) => {
      const key = bytes.subarray(headerLength - 4, headerLength);
      const masked = direction === "in" && payload.length > 0;
      on({
        name: `${opcode} frame`,
        ...(masked ? { mask: { start: headerLength, length: payload.length, key } } : {}),
      });
    })(bytes);
  return (bytes) => (upgraded ? frames(bytes) : http(bytes));
};

export const nameHttp2: Naming = (direction, on) =>
  readHttp2(direction === "in" ? "client" : "server", {
    preface: () => on({ name: "preface" }),
    frame: ({ type, flags, payload }) => {
      const isFields = type === "HEADERS" || type === "CONTINUATION";
      const acknowledges = (type === "SETTINGS" || type === "PING") && (flags & 1) !== 0;
      on({
        name: acknowledges ? `${type} ack` : type,
        ...(isFields ? { fields: { start: HTTP2_HEADER, length: payload.length } } : {}),
      });
    },
  });

/** Texts behind their length in four bytes. */
export const namePrefixed: Naming = (_, on) => readPrefixed({ bytes: 4 }, () => on({ name: "message" }));
