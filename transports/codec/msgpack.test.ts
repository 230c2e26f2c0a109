import assert from "node:assert/strict";
import { test } from "vitest";
import { msgpack } from "./msgpack.ts";

test("a map is read as it was written, without what is undefined", () => {
  const message = { op: "publish", body: "Grüße ☃", seq: 2 ** 40, missed: false, after: undefined };
  const { after, ...read } = message;
  assert.equal(after, undefined);
  assert.deepEqual(msgpack.parse(msgpack.encode(message)), read);
});

test("a stranger's long array is refused by its header, wherever it stands; a server's batch may have one", () => {
  const array = (length: number) => Array(length).fill(1);
  assert.deepEqual(msgpack.parse(msgpack.encode({ events: array(16) })), { events: array(16) });
  for (const message of [{ events: array(17) }, { body: { of: array(17) } }]) {
    const bytes = msgpack.encode(message);
    assert.throws(() => msgpack.parse(bytes), { name: "LabError", code: "malformed" });
    assert.deepEqual(msgpack.parseTrusted(bytes), message);
  }
});

test.each([
  ["nothing", ""],
  ["half a map", "81a161"],
  ["a map and more", "80c0"],
  ["an array", "90"],
  ["a text", "a161"],
  ["a byte that is never used", "c1"],
])("%s is malformed", (_, hex) => {
  assert.throws(() => msgpack.parse(Buffer.from(hex, "hex")), { name: "LabError", code: "malformed" });
});
