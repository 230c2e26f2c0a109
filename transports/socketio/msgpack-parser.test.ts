import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { msgpack } from "../codec/msgpack.ts";
import { msgpackParser } from "./msgpack-parser.ts";
import type { Packet } from "./packet.ts";

const { Encoder, Decoder } = msgpackParser;
/** `socket.emit("hello", "you")` as the README of socket.io-msgpack-parser has it. */
const HELLO = Buffer.from(
  "83a474797065 02a36e7370 a12f a464617461 92a568656c6c6fa3796f75".replaceAll(" ", ""),
  "hex",
);
const EVENT: Packet = { type: 2, nsp: "/", data: ["hello", "you"] };

function decoded(...chunks: readonly unknown[]): unknown[] {
  const packets: unknown[] = [];
  const decoder = new Decoder();
  decoder.on("decoded", (packet) => packets.push(packet));
  for (const chunk of chunks) decoder.add(chunk);
  return packets;
}

function assertRefused(chunk: unknown): void {
  const shown = Buffer.isBuffer(chunk) ? chunk.toString("hex") : String(chunk);
  assert.throws(() => decoded(chunk), { name: "LabError", code: "malformed" }, shown);
}

test("writes what socket.io-msgpack-parser writes, and reads it", () => {
  assert.deepEqual(new Encoder().encode(EVENT), [HELLO]);
  assert.deepEqual(decoded(HELLO), [EVENT]);
});

test("leaves out what is the library's own, and what is not there", () => {
  const packet = { ...EVENT, id: undefined, options: { compress: true } };
  assert.deepEqual(new Encoder().encode(packet), [HELLO]);
});

test("a packet of every type comes back as it was", () => {
  const packets: Packet[] = [
    { type: 0, nsp: "/", data: { token: "t" } },
    { type: 0, nsp: "/" },
    { type: 1, nsp: "/" },
    { type: 2, nsp: "/", data: ["event", { body: "Déploy ☃" }], id: 7 },
    { type: 2, nsp: "/", data: [3] },
    { type: 3, nsp: "/", data: [], id: 0 },
    { type: 4, nsp: "/", data: { message: "no" } },
    { type: 4, nsp: "/", data: "no" },
  ];
  assert.deepEqual(decoded(...packets.flatMap((packet) => new Encoder().encode(packet))), packets);
});

describe("refuses", () => {
  test("texts, and bytes that are no MessagePack map", () => {
    for (const chunk of ["2[]", undefined, new ArrayBuffer(1)]) assertRefused(chunk);
    for (const bytes of ["", "c1", "83", "92a161a162", "c0"]) assertRefused(Buffer.from(bytes, "hex"));
    assertRefused(HELLO.subarray(0, -1));
    assertRefused(Buffer.concat([HELLO, HELLO]));
  });

  test("types, namespaces, numbers and data that the protocol has none of", () => {
    const wrong: object[] = [
      {},
      { ...EVENT, type: 5 },
      { ...EVENT, type: -1 },
      { ...EVENT, type: "2" },
      { ...EVENT, nsp: null },
      { type: 2, data: ["hello"] },
      { ...EVENT, id: -1 },
      { ...EVENT, id: 0.5 },
      { ...EVENT, id: "1" },
      { ...EVENT, id: null },
      { type: 0, nsp: "/", data: null },
      { type: 0, nsp: "/", data: ["token"] },
      { type: 1, nsp: "/", data: {} },
      { type: 2, nsp: "/" },
      { type: 2, nsp: "/", data: [] },
      { type: 2, nsp: "/", data: { 0: "hello" } },
      { type: 2, nsp: "/", data: [null] },
      { type: 3, nsp: "/", data: {} },
      { type: 4, nsp: "/", data: 1 },
    ];
    for (const packet of wrong) assertRefused(msgpack.encode(packet));
  });

  test("events that the library itself emits", () => {
    for (const name of [
      "connect",
      "connect_error",
      "disconnect",
      "disconnecting",
      "newListener",
      "removeListener",
    ])
      assertRefused(msgpack.encode({ ...EVENT, data: [name] }));
  });

  test("arrays longer than any packet of the lab has, for which memory would be taken unseen", () => {
    const array = (length: number) => msgpack.encode({ ...EVENT, data: ["hello", Array(length).fill(0)] });
    assert.equal(decoded(array(16)).length, 1);
    assertRefused(array(17));
  });
});
