import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { PacketScanner } from "./framing.ts";
import { connectPacket, publishPacket, unsubscribePacket } from "./packets.ts";

describe("PacketScanner", () => {
  const connect = connectPacket({ clientId: "a" });
  const small = publishPacket("t", "x".repeat(200));
  const disconnect = Buffer.from([0xe0, 0]);
  const afterConnect = (maxBytes: number) => {
    const scanner = new PacketScanner(maxBytes);
    assert.equal(scanner.scan(connect), undefined);
    return scanner;
  };

  test("finds packet boundaries however the bytes are cut", () => {
    const stream = Buffer.concat([connect, small, small, disconnect]);
    for (let size = 1; size <= stream.length; size += 1) {
      const scanner = new PacketScanner(small.length);
      for (let at = 0; at < stream.length; at += size) {
        if (at < stream.length - 1) assert.equal(scanner.disconnected, false);
        assert.equal(scanner.scan(stream.subarray(at, at + size)), undefined);
      }
      assert.deepEqual([scanner.disconnected, scanner.packets], [true, 4], `cut into pieces of ${size}`);
      assert.equal(scanner.unfinishedSince, undefined);
    }
  });

  test("finds what is wrong with a packet however its bytes are cut", () => {
    const stream = Buffer.concat([connect, small, publishPacket("t\0", "x")]);
    for (let size = 1; size <= stream.length; size += 1) {
      const scanner = new PacketScanner(small.length);
      let violation: unknown;
      for (let at = 0; at < stream.length && !violation; at += size)
        violation = scanner.scan(stream.subarray(at, at + size));
      assert.ok(violation, `cut into pieces of ${size}`);
    }
  });

  test("stops behind an UNSUBSCRIBE however the bytes are cut", () => {
    const leave = unsubscribePacket(1, "t");
    const stream = Buffer.concat([connect, small, leave, small]);
    for (let size = 1; size <= stream.length; size += 1) {
      const scanner = new PacketScanner(small.length);
      let at = 0;
      while (!scanner.unsubscribed) {
        assert.equal(scanner.scan(stream.subarray(at, at + size)), undefined);
        at += size;
      }
      assert.equal(Math.min(at, stream.length) - scanner.rest, stream.length - small.length);
      assert.equal(scanner.scan(small), undefined);
      assert.deepEqual([scanner.unsubscribed, scanner.rest, scanner.packets], [false, 0, 4]);
    }
  });

  test("is not misled by a payload that looks like a packet", () => {
    const scanner = afterConnect(small.length);
    assert.equal(scanner.scan(publishPacket("t", "\u00e0\u00e0")), undefined);
    assert.equal(scanner.disconnected, false);
  });

  test("refuses a packet by its announced length, before its body has come", () => {
    assert.equal(afterConnect(203).scan(small), undefined);
    assert.ok(afterConnect(202).scan(small.subarray(0, 3)));
    assert.ok(afterConnect(1_000).scan(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])));
  });

  test("refuses a length of more than four bytes", () => {
    assert.ok(afterConnect(1_000).scan(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0])));
  });

  test("wants CONNECT first, and once", () => {
    assert.ok(new PacketScanner(1_000).scan(small));
    assert.ok(afterConnect(1_000).scan(connect));
  });

  test("keeps the time at which a packet began, whatever comes of it, and forgets it when it is whole", () => {
    const scanner = afterConnect(1_000);
    scanner.scan(small.subarray(0, 1));
    const since = scanner.unfinishedSince;
    assert.ok(since !== undefined);
    const began = performance.now();
    while (performance.now() === began);
    scanner.scan(small.subarray(1, 100));
    assert.equal(scanner.unfinishedSince, since);
    scanner.scan(Buffer.concat([small.subarray(100), small.subarray(0, 5)]));
    assert.ok(Number(scanner.unfinishedSince) > since, "the next one has a time of its own");
    scanner.scan(small.subarray(5));
    assert.equal(scanner.unfinishedSince, undefined);
  });
});
