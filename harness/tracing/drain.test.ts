import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createBodyWriter } from "../measurement/body.ts";
import { Drain } from "./drain.ts";

function bodyOf(measured: boolean, sequence: number): string {
  const header = { measured, publisher: 3, sequence, intendedUs: 1_000, lagUs: 5 };
  return createBodyWriter(1).write(header, { plannedUs: 1_000, channel: "topic/x", characters: 64 });
}

const stream = {};

describe("Drain", () => {
  test("counts the bodies in whatever comes, measured or not, however it is cut", () => {
    const text = [true, true, false, true]
      .map((measured, index) => `\x81\x7e\x00\x7e{"body":"${bodyOf(measured, index)}","at":1}`)
      .join("");
    for (let size = 1; size < 80; size += 1) {
      const drain = new Drain(true);
      for (let at = 0; at < text.length; at += size)
        drain.read(stream, Buffer.from(text.slice(at, at + size), "latin1"));
      assert.deepEqual([drain.measured, drain.unmeasured], [3, 1], `in pieces of ${size}`);
      assert.deepEqual(drain.take().bytes, [text.length]);
    }
  });

  test("tells connections apart, leaves out those that carried none, and begins anew when taken", () => {
    const drain = new Drain(true);
    const [other, quiet] = [{}, {}];
    drain.read(stream, Buffer.from(bodyOf(true, 1) + bodyOf(true, 2)));
    drain.read(other, Buffer.from(bodyOf(true, 1)));
    drain.read(quiet, Buffer.from("HTTP/1.1 200 OK\r\n\r\n"));
    assert.deepEqual(drain.take().bodies, [2, 1]);
    assert.deepEqual(drain.take().bodies, []);
  });
});
