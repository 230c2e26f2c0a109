import assert from "node:assert/strict";
import { test } from "vitest";
import { PREFACE, readHttp2, unpad } from "./http2-frames.ts";
import { Reader } from "./reader.ts";

function seen(role: "client" | "server", bytes: Buffer, size = bytes.length): string[] {
  const seen: string[] = [];
  const reader = new Reader(
    readHttp2(role, {
      preface: (length) => seen.push(`preface ${length}`),
      frame: ({ type, flags, stream, payload }) =>
        seen.push(`${type} ${flags} ${stream} ${payload.toString("hex")}`),
    }),
  );
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  assert.equal(reader.held, 0);
  return seen;
}

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("a client's preface, SETTINGS, PING and DATA (RFC 9113, 3.4 and 6), in pieces of any size", () => {
  const bytes = Buffer.concat([
    Buffer.from(PREFACE),
    hex("00 00 06 04 00 00 00 00 00 00 03 00 00 00 64"),
    hex("00 00 08 06 00 00 00 00 00 01 02 03 04 05 06 07 08"),
    hex("00 00 03 00 01 80 00 00 01 61 62 63"),
  ]);
  for (const size of [1, 2, 5, 11, bytes.length]) {
    assert.deepEqual(seen("client", bytes, size), [
      "preface 24",
      "SETTINGS 0 0 000300000064",
      "PING 0 0 0102030405060708",
      "DATA 1 1 616263",
    ]);
  }
});

test("the padding of a DATA frame (6.1) is told from its content", () => {
  const frame = { type: "DATA", flags: 0x08, stream: 1, payload: hex("02 61 62 63 00 00") } as const;
  const { before, data, after } = unpad(frame);
  assert.deepEqual([before, String(data), after], [1, "abc", 2]);
  assert.throws(() => unpad({ ...frame, payload: hex("09 61") }), { code: "malformed" });
});

test("another preface and an unknown frame are refused", () => {
  assert.throws(() => seen("client", Buffer.from("GET / HTTP/1.1\r\n\r\n")), { code: "malformed" });
  assert.throws(() => seen("client", Buffer.from("PRI * HTTP/3")), { code: "malformed" });
  assert.throws(() => seen("server", hex("00 00 00 0a 00 00 00 00 00")), { code: "malformed" });
});
