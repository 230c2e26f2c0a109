import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "vitest";
import type { Encoded } from "../../codec/codec.ts";
import { json } from "../../codec/codec.ts";
import { createBatches } from "./batch.ts";
import { BEGINNING, PollBuffer } from "./buffer.ts";

const item = (id: string, bytes = 10) => ({ id, encoded: `"${id}"`.padEnd(bytes), bytes });

function createBuffer(maxBytes: number) {
  const losses = { dropped: 0 };
  const buffer = new PollBuffer(
    (bytes) => bytes <= maxBytes,
    createBatches(json),
    (count) => {
      losses.dropped += count;
    },
  );
  return { buffer, told: losses };
}

/** A weak reference holds its object until the turn of the loop is over. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

const eventsOf = (body: Encoded | undefined): unknown => JSON.parse(String(body ?? null))?.events;

test("gives the same batch until its cursor comes back, whatever came in between", () => {
  const { buffer } = createBuffer(1_000);
  buffer.push(item("a-1"));
  buffer.push(item("a-2"));
  buffer.acknowledge(BEGINNING);
  const first = buffer.take();
  assert.deepEqual(eventsOf(first?.body), ["a-1", "a-2"]);
  buffer.push(item("a-3"));
  buffer.acknowledge(BEGINNING);
  assert.equal(buffer.take(), first);
  buffer.acknowledge("a-2");
  assert.deepEqual(eventsOf(buffer.take()?.body), ["a-3"]);
});

test("refuses a cursor that is neither the last one nor the one before", () => {
  const { buffer } = createBuffer(1_000);
  buffer.push(item("a-1"));
  buffer.take();
  buffer.acknowledge("a-1");
  for (const cursor of [BEGINNING, "", "a-2"]) assert.throws(() => buffer.acknowledge(cursor), /poll after/);
  assert.equal(buffer.cursor, "a-1");
});

test("drops the oldest at its bound, and says how many", () => {
  const { buffer, told: losses } = createBuffer(15);
  for (const id of ["a-1", "a-2", "a-3"]) buffer.push(item(id));
  assert.equal(losses.dropped, 1);
  const body = String(buffer.take()?.body);
  assert.equal(JSON.parse(body).dropped, 1);
  assert.deepEqual(eventsOf(body), ["a-2", "a-3"]);
});

test("a batch that made room is lost only if it is asked for again", () => {
  for (const arrived of [true, false]) {
    const { buffer, told: losses } = createBuffer(60);
    buffer.push(item("a-1"));
    buffer.take();
    buffer.push(item("a-2", 50));
    buffer.push(item("a-3"));
    assert.equal(losses.dropped, 0);
    buffer.acknowledge(arrived ? "a-1" : BEGINNING);
    assert.equal(losses.dropped, arrived ? 0 : 1);
    const body = String(buffer.take()?.body);
    assert.equal(JSON.parse(body).dropped, arrived ? undefined : 1);
    assert.deepEqual(eventsOf(body), ["a-2", "a-3"]);
  }
});

test("a batch that made room is in memory no longer, and its cursor still acknowledges it", async () => {
  const batches = createBatches(json);
  const buffer = new PollBuffer(
    (bytes) => bytes <= 60,
    batches,
    () => undefined,
  );
  buffer.push(item("a-1", 40));
  const given = new WeakRef(buffer.take() ?? assert.fail());
  // The one that sessions share is the last that was made.
  batches.shared([item("z-1")]);
  buffer.push(item("a-2", 50));
  buffer.push(item("a-3", 5));
  await collectGarbage();
  assert.equal(given.deref(), undefined);
  buffer.acknowledge("a-1");
  assert.deepEqual(eventsOf(buffer.take()?.body), ["a-2", "a-3"]);
});

test("tells two batches apart that end with the same event, as replays may", () => {
  const { buffer } = createBuffer(1_000);
  buffer.push(item("a-1"));
  buffer.take();
  buffer.acknowledge("a-1");
  buffer.push(item("a-1"));
  const again = buffer.take();
  buffer.acknowledge("a-1");
  assert.equal(buffer.take(), again, "not acknowledged by the cursor of the one before");
  buffer.acknowledge(again?.cursor ?? "");
  assert.equal(buffer.take(), undefined);
});

test("sessions that are due the same events share one batch", () => {
  const { shared } = createBatches(json);
  const [one, two] = [item("a-1"), item("a-2")];
  assert.equal(shared([one, two]), shared([one, two]));
  assert.notEqual(shared([one, two]), shared([two]));
  assert.notEqual(shared([one]), shared([two]));
});

test("gives out no more at once than it is told to, and counts the rest against its bound", () => {
  const losses = { dropped: 0 };
  const buffer = new PollBuffer(
    (bytes) => bytes <= 25,
    createBatches(json),
    (count) => {
      losses.dropped += count;
    },
    1,
  );
  for (const id of ["a-1", "a-2"]) buffer.push(item(id));
  const first = buffer.take();
  assert.deepEqual(eventsOf(first?.body), ["a-1"]);
  buffer.acknowledge("a-1");
  buffer.push(item("a-3"));
  assert.equal(losses.dropped, 0, "ten bytes were waiting");
  assert.deepEqual(eventsOf(buffer.take()?.body), ["a-2"]);
  buffer.acknowledge("a-2");
  assert.deepEqual(eventsOf(buffer.take()?.body), ["a-3"]);
});
