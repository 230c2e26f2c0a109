import assert from "node:assert/strict";
import { test } from "vitest";
import { createAssembly, piecesOf } from "./pieces.ts";

const LONG = 1_500_000;

test("messages of any length arrive as they were, in order", () => {
  const messages = [{ kind: "short", map: new Map([[1, Buffer.from("a")]]) }, "x".repeat(LONG), undefined];
  const pieces = messages.map((message, number) => piecesOf(message, number));
  assert.deepEqual(
    pieces.map(({ length }) => length),
    [1, 3, 1],
  );
  const arrived: unknown[] = [];
  const take = createAssembly((message) => arrived.push(message));
  for (const piece of pieces.flat()) take(piece);
  assert.deepEqual(arrived, messages);
});

test("a piece that is missing is noticed, whichever it is", () => {
  const pieces = ["a".repeat(LONG), "b"].flatMap((message, number) => piecesOf(message, number));
  for (const missing of pieces.slice(0, -1)) {
    const take = createAssembly(() => undefined);
    assert.throws(
      () => {
        for (const piece of pieces) if (piece !== missing) take(piece);
      },
      { message: "a message between controller and agent was lost" },
    );
  }
});
