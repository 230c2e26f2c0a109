import assert from "node:assert/strict";
import { test } from "vitest";
import { Reader } from "./reader.ts";
import { readFrames } from "./websocket-frames.ts";

function told(masked: boolean, bytes: Buffer, size = bytes.length): string[] {
  const frames: string[] = [];
  const reader = new Reader(
    readFrames(masked, ({ opcode, fin, headerLength, payload }) => {
      const text = payload.length > 10 ? `${payload.length} bytes` : payload.toString();
      frames.push(`${opcode}${fin ? "" : " to go on"} ${headerLength} ${text}`);
    }),
  );
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  assert.equal(reader.held, 0);
  return frames;
}

/** RFC 6455, 5.7. */
test.each([
  ["an unmasked text", false, "81 05 48 65 6c 6c 6f", ["text 2 Hello"]],
  ["a masked text", true, "81 85 37 fa 21 3d 7f 9f 4d 51 58", ["text 6 Hello"]],
  ["a fragmented text", false, "01 03 48 65 6c 80 02 6c 6f", ["text to go on 2 Hel", "continuation 2 lo"]],
  ["a ping", false, "89 05 48 65 6c 6c 6f", ["ping 2 Hello"]],
  ["its masked pong", true, "8a 85 37 fa 21 3d 7f 9f 4d 51 58", ["pong 6 Hello"]],
  ["256 bytes", false, `82 7e 01 00 ${"00".repeat(256)}`, ["binary 4 256 bytes"]],
  ["64 KiB", false, `82 7f 00 00 00 00 00 01 00 00 ${"00".repeat(65_536)}`, ["binary 10 65536 bytes"]],
] as const)("%s of the RFC's examples, in pieces of any size", (_, masked, hex, expected) => {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  for (const size of bytes.length > 1_000 ? [bytes.length, 4_096] : [1, 2, 3, 5, bytes.length])
    assert.deepEqual(told(masked, bytes, size), expected);
});

test.each([
  ["a reserved bit", false, "91 00"],
  ["a reserved opcode", false, "83 00"],
  ["a fragmented ping", false, "09 00"],
  ["a long ping", false, "89 7e 00 80"],
  ["a client that does not mask", true, "81 05 48 65 6c 6c 6f"],
  ["a server that does", false, "81 85 37 fa 21 3d 7f 9f 4d 51 58"],
  ["HTTP in place of a frame", false, Buffer.from("HTTP/1.1").toString("hex")],
] as const)("%s is refused", (_, masked, hex) => {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  assert.throws(() => told(masked, bytes), { name: "LabError", code: "malformed" });
});
