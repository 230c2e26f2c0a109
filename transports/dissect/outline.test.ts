import assert from "node:assert/strict";
import { test } from "vitest";
import { LabError } from "../../core/errors.ts";
import { Outline } from "./outline.ts";

test("content goes across frames, and each frame is of the part of what it carries", () => {
  const outline = new Outline();
  outline.frame(2, 3);
  outline.add("heartbeats", 7);
  outline.frame(4, 5, 1);
  outline.fill([{ part: "handshake", length: 3 }]);
  assert.deepEqual(outline.take(), [
    { part: "handshake", length: 5 },
    { part: "heartbeats", length: 7 },
  ]);
  outline.fill([
    { part: "heartbeats", length: 1 },
    { part: "body", length: 4 },
  ]);
  assert.deepEqual(outline.take(), [
    { part: "framing", length: 4 },
    { part: "heartbeats", length: 1 },
    { part: "body", length: 4 },
    { part: "framing", length: 1 },
  ]);
  assert.equal(outline.held, 0);
});

test("what is held keeps back what comes behind it, and is counted", () => {
  const outline = new Outline();
  const settle = outline.hold(10);
  outline.frame(2, 8);
  outline.fill([{ part: "heartbeats", length: 3 }]);
  assert.deepEqual(outline.take(), []);
  assert.equal(outline.held, 20);
  settle("framing");
  assert.deepEqual(outline.take(), [{ part: "framing", length: 10 }]);
  assert.equal(outline.held, 10);
  outline.fill([{ part: "heartbeats", length: 5 }]);
  assert.deepEqual(outline.take(), [{ part: "heartbeats", length: 10 }]);
});

test("more content than the frames hold is an error of the dissector", () => {
  const outline = new Outline();
  outline.frame(2, 3);
  assert.throws(() => outline.fill([{ part: "body", length: 4 }]), LabError);
});
