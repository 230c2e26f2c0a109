import assert from "node:assert/strict";
import { test } from "vitest";
import { encodeFrame, FrameReader } from "./framing.ts";

const texts = ["", "a", "é".repeat(300), "{}", "x".repeat(2_000)];
const stream = Buffer.concat(texts.map(encodeFrame));

test.each([1, 2, 3, 5, 7, 1_000, stream.length])("frames come whole from chunks of %i bytes", (size) => {
  const got: string[] = [];
  const reader = new FrameReader(2_000, (text) => got.push(text));
  for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
  assert.deepEqual(got, texts);
});

test("frames beyond those of a turn are handed back, to be pushed again", () => {
  const got: string[] = [];
  const reader = new FrameReader(2_000, (text) => got.push(text), 2);
  let rest: Buffer | undefined = stream.subarray(0, -1);
  const turns: number[] = [];
  while (rest) {
    rest = reader.push(rest);
    turns.push(got.length);
  }
  // The last one is not whole, which shows only when it is looked at.
  assert.deepEqual(turns, [2, 4, 4]);
  assert.equal(reader.push(stream.subarray(-1)), undefined);
  assert.deepEqual(got, texts);
});

test("a frame that announces too much is refused at its first four bytes, the ones before it are read", () => {
  const got: string[] = [];
  const reader = new FrameReader(10, (text) => got.push(text));
  const announced = Buffer.concat([encodeFrame("before"), Buffer.from([0, 0, 0, 11])]);
  reader.push(announced.subarray(0, -1));
  assert.throws(() => reader.push(announced.subarray(-1)), { code: "malformed" });
  assert.deepEqual(got, ["before"]);
});

test("a frame that comes byte by byte costs no more than its bytes", () => {
  const bytes = 2_000_000;
  let length = 0;
  const reader = new FrameReader(bytes, (text) => {
    length = text.length;
  });
  const frame = encodeFrame("x".repeat(bytes));
  const began = performance.now();
  // Put together anew at every byte, it would copy two terabytes.
  for (let at = 0; at < frame.length; at += 1) reader.push(frame.subarray(at, at + 1));
  assert.equal(length, bytes);
  assert.ok(performance.now() - began < 15_000);
});
