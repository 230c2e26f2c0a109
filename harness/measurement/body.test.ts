import assert from "node:assert/strict";
import { test } from "vitest";
import { createBodyWriter, decodeHeader, encodeHeader } from "./body.ts";

test("a header survives the way there and back, at its bounds too", () => {
  const headers = [
    { measured: true, publisher: 0, sequence: 0, intendedUs: 0 },
    { measured: false, publisher: 39_999, sequence: 60_466_175, intendedUs: 78_364_164_095 },
    { measured: true, publisher: 12, sequence: 345, intendedUs: 6_789_012 },
  ];
  for (const header of headers) {
    assert.equal(encodeHeader(header).length, 16);
    assert.deepEqual(decodeHeader(encodeHeader(header)), header);
  }
});

test("a body has the length asked for, keeps its header, and differs from the next", () => {
  const write = createBodyWriter(1);
  const header = { measured: true, publisher: 1, sequence: 2, intendedUs: 3 };
  for (const characters of [16, 17, 128, 65_536]) {
    const body = write(header, characters);
    assert.equal(body.length, characters);
    assert.equal(Buffer.byteLength(body), characters, "one byte a character, so that bytes compare");
    assert.deepEqual(decodeHeader(body), header);
  }
  assert.notEqual(write(header, 64), write(header, 64));
  assert.equal(createBodyWriter(9)(header, 200), createBodyWriter(9)(header, 200));
});

test("what no load process wrote is told apart", () => {
  for (const body of [
    "",
    "hello",
    "x".repeat(40),
    "m00000000000000",
    "m000000000000 00",
    "mABCDEFGHIJKLMNO",
  ]) {
    assert.equal(decodeHeader(body), undefined, body);
  }
});
