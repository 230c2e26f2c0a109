import assert from "node:assert/strict";
import { test } from "vitest";
import { createBodyWriter, decodeHeader } from "./body.ts";

const text = { plannedUs: 3, channel: "user/a", characters: 128 };

test("a header survives the way there and back, at its bounds too", () => {
  const headers = [
    { measured: true, publisher: 0, sequence: 0, intendedUs: 0, lagUs: 0 },
    {
      measured: false,
      publisher: 39_999,
      sequence: 60_466_175,
      intendedUs: 78_364_164_095,
      lagUs: 60_466_175,
    },
    { measured: true, publisher: 12, sequence: 345, intendedUs: 6_789_012, lagUs: 77 },
  ];
  for (const header of headers) {
    assert.deepEqual(decodeHeader(createBodyWriter(1).write(header, { ...text, characters: 21 })), header);
  }
});

test("a lag that the header has no room for is taken as the longest it has", () => {
  const header = { measured: true, publisher: 1, sequence: 2, intendedUs: 3, lagUs: 1e12 };
  assert.equal(decodeHeader(createBodyWriter(1).write(header, text))?.lagUs, 60_466_175);
});

test("a body has the length asked for, keeps its header, and differs from the next", () => {
  const bodies = createBodyWriter(1);
  const header = { measured: true, publisher: 1, sequence: 2, intendedUs: 3, lagUs: 4 };
  for (const characters of [21, 22, 128, 65_536]) {
    const body = bodies.write(header, { ...text, characters });
    assert.equal(body.length, characters);
    assert.equal(Buffer.byteLength(body), characters, "one byte a character, so that bytes compare");
    assert.deepEqual(decodeHeader(body), header);
  }
  assert.notEqual(
    bodies.write(header, text).slice(21),
    bodies.write({ ...header, sequence: 3 }, text).slice(21),
  );
});

test("what is sent follows from the seed, whoever sends it and in whatever order", () => {
  const sends = Array.from({ length: 100 }, (_, index) => ({
    header: { measured: true, publisher: index % 7, sequence: index, intendedUs: index * 10, lagUs: index },
    text: { plannedUs: index * 10, channel: `user/${index % 3}`, characters: 64 },
  }));
  const bodies = (seed: number, order: typeof sends) => {
    const writer = createBodyWriter(seed);
    for (const { header, text: planned } of order) writer.write(header, planned);
    return writer.checksum;
  };
  const whole = bodies(9, sends);
  assert.equal(bodies(9, sends.toReversed()), whole);
  const halves = bodies(9, sends.slice(0, 50)) + bodies(9, sends.slice(50));
  assert.equal(halves % Number.MAX_SAFE_INTEGER, whole);
  assert.notEqual(bodies(8, sends), whole);
  assert.notEqual(bodies(9, sends.slice(1)), whole);
  const moved = sends.map((send, index) =>
    index === 40 ? { ...send, text: { ...send.text, plannedUs: 1 } } : send,
  );
  assert.notEqual(bodies(9, moved), whole);
});

test("what no load process wrote is told apart", () => {
  for (const body of [
    "",
    "hello",
    "x".repeat(40),
    "m0000000000000000000",
    "m00000000000000000 00",
    "mABCDEFGHIJKLMNOPQRST",
  ]) {
    assert.equal(decodeHeader(body), undefined, body);
  }
});
