import assert from "node:assert/strict";
import { test } from "vitest";
import { z } from "zod";
import { float64Column, uint32Column } from "./columns.ts";
import { createAssembly, markOf, piecesOf } from "./pieces.ts";

const LONG = 1_500_000;
const MOST = 10_000_000;

test("messages of any length arrive as they were, in order", () => {
  const messages = [{ kind: "short", of: [1, null, "\u0000"] }, "x".repeat(LONG), null];
  const pieces = messages.map((message, number) => piecesOf(message, number));
  assert.deepEqual(
    pieces.map(({ length }) => length),
    [1, 3, 1],
  );
  const arrived: unknown[] = [];
  const take = createAssembly(MOST, (message) => arrived.push(message));
  for (const piece of pieces.flat()) take(piece);
  assert.deepEqual(arrived, messages);
});

test("columns of numbers arrive as such, whatever stands before them", () => {
  const sent = { a: "x", keys: Float64Array.of(0.1, -1e300, 3), buckets: Uint32Array.of(1, 0xffff_ffff) };
  const arrived: unknown[] = [];
  const take = createAssembly(MOST, (message) => arrived.push(message));
  for (const piece of piecesOf(sent, 0)) take(piece);
  const schema = z.strictObject({ a: z.string(), keys: float64Column, buckets: uint32Column });
  assert.deepEqual(schema.parse(arrived[0]), sent);
});

test.for([
  ["half a number", { column: Buffer.alloc(7).toString("base64") }],
  ["what is no number", { column: Buffer.from(Float64Array.of(Number.NaN).buffer).toString("base64") }],
  ["a list", [1, 2]],
  ["more than a column", { column: "", more: 1 }],
] as const)("%s is no column", ([, column]) => {
  assert.equal(float64Column.safeParse(column).success, false);
});

test("a piece that is missing is noticed, whichever it is", () => {
  const pieces = ["a".repeat(LONG), "b"].flatMap((message, number) => piecesOf(message, number));
  for (const missing of pieces.slice(0, -1)) {
    const take = createAssembly(MOST, () => undefined);
    assert.throws(
      () => {
        for (const piece of pieces) if (piece !== missing) take(piece);
      },
      { message: "a message between controller and agent was lost" },
    );
  }
});

test("a mark shows what was lost before it, and nothing else", () => {
  const arrived: unknown[] = [];
  const take = createAssembly(MOST, (message) => arrived.push(message));
  take(markOf(0));
  for (const piece of piecesOf("a", 0)) take(piece);
  take(markOf(1));
  assert.deepEqual(arrived, ["a"]);
  assert.throws(() => take(markOf(2)), { message: "a message between controller and agent was lost" });
});

const header = (number: number, index: number, count: number, rest = "") =>
  Buffer.concat([Uint8Array.from([0, 0, 0, number, 0, 0, 0, index]), u32(count), Buffer.from(rest)]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

test.for([
  ["nothing", Buffer.alloc(0), /no valid notif-lab message/],
  ["too long a piece", Buffer.alloc(600_000), /no valid notif-lab message/],
  ["the beginning of four gigabytes", header(0, 0, 0xffff_ffff, "{"), /more than 10000000 bytes/],
  ["a place behind the last", header(0, 1, 1), /was lost/],
  ["no JSON", header(0, 0, 1, "{"), /no valid notif-lab message/],
  ["no text", Buffer.concat([header(0, 0, 1), Buffer.from([0xff, 0xfe])]), /no valid notif-lab message/],
] as const)("%s is refused before anything is made of it", ([, bytes, message]) => {
  const arrived: unknown[] = [];
  const take = createAssembly(MOST, (one) => arrived.push(one));
  assert.throws(() => take(bytes), { message });
  assert.deepEqual(arrived, []);
});
