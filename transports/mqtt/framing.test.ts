import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { encodePublish, PacketScanner } from "./framing.ts";

describe("encodePublish", () => {
  test("makes the bytes of MQTT 3.1.1, 3.3", () => {
    assert.deepEqual(encodePublish("a/b", "é"), Buffer.from([0x30, 7, 0, 3, 0x61, 0x2f, 0x62, 0xc3, 0xa9]));
  });

  test("writes the remaining length in as few bytes as it takes", () => {
    // Table 2.4 of the standard: the largest and the smallest length of each width; the topic takes 3 bytes.
    const lengths = { 127: [0x7f], 128: [0x80, 1], 16383: [0xff, 0x7f], 16384: [0x80, 0x80, 1] };
    for (const [length, bytes] of Object.entries(lengths)) {
      const packet = encodePublish("t", "x".repeat(Number(length) - 3));
      assert.deepEqual([...packet.subarray(1, 1 + bytes.length)], bytes, length);
      assert.equal(packet.length, 1 + bytes.length + Number(length));
    }
    assert.deepEqual(
      [...encodePublish("t", "x".repeat(2_097_152 - 3)).subarray(1, 5)],
      [0x80, 0x80, 0x80, 1],
    );
  });
});

describe("PacketScanner", () => {
  const small = encodePublish("t", "x".repeat(200));
  const disconnect = Buffer.from([0xe0, 0]);

  test("finds packet boundaries however the bytes are cut", () => {
    const stream = Buffer.concat([small, small, disconnect]);
    for (let size = 1; size <= stream.length; size += 1) {
      const scanner = new PacketScanner(small.length);
      for (let at = 0; at < stream.length; at += size) {
        if (at < stream.length - 1) assert.equal(scanner.disconnected, false);
        assert.ok(scanner.accepts(stream.subarray(at, at + size)));
      }
      assert.ok(scanner.disconnected, `cut into pieces of ${size}`);
    }
  });

  test("is not misled by a payload that looks like a packet", () => {
    const scanner = new PacketScanner(small.length);
    assert.ok(scanner.accepts(encodePublish("t", "\u00e0\u00e0")));
    assert.equal(scanner.disconnected, false);
  });

  test("refuses a packet by its announced length, before its body has come", () => {
    assert.ok(new PacketScanner(203).accepts(small));
    assert.equal(new PacketScanner(202).accepts(small.subarray(0, 3)), false);
    assert.equal(new PacketScanner(1_000).accepts(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])), false);
  });

  test("refuses a length of more than four bytes", () => {
    assert.equal(new PacketScanner(1_000).accepts(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0])), false);
  });
});
