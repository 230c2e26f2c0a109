import assert from "node:assert/strict";
import { once } from "node:events";
import { Writable } from "node:stream";
import { test } from "vitest";
import * as ws from "ws";
import { maskedFrame, OPCODE } from "../attacks/bare-websocket.ts";
import "./connection.ts";

/** As WebSocketServer makes it, with events in turns of their own. */
function receiver(): Writable {
  const made: unknown = Reflect.construct(Reflect.get(ws, "Receiver"), [
    { isServer: true, allowSynchronousEvents: false },
  ]);
  assert.ok(made instanceof Writable);
  return made;
}

test("a receiver that has failed takes no more of what waits behind, so that nothing is thrown out of the event loop", async () => {
  const thrown: unknown[] = [];
  const note = (error: unknown) => void thrown.push(error);
  process.on("uncaughtException", note);
  try {
    const failing = receiver();
    const failed = once(failing, "error");
    const noText = maskedFrame(OPCODE.text, Buffer.alloc(1_000, 0xff));
    // The event of the ping is deferred. Behind it stand a frame that is no UTF-8, in two chunks, and one more.
    failing.write(Buffer.concat([maskedFrame(OPCODE.ping), noText.subarray(0, 500)]));
    failing.write(noText.subarray(500));
    failing.write(Buffer.alloc(2_000));
    const [error] = await failed;
    assert.match(String(error), /invalid UTF-8/);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(thrown, []);
  } finally {
    process.off("uncaughtException", note);
  }
});
