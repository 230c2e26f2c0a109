import assert from "node:assert/strict";
import { test } from "vitest";
import { nowUs } from "./clock.ts";
import { waitUntil } from "./pacer.ts";

test("never settles before its time, and at once when that has passed", async () => {
  const { signal } = new AbortController();
  for (const aheadUs of [-1_000, 0, 300, 5_000]) {
    const dueUs = nowUs() + aheadUs;
    await waitUntil(dueUs, signal);
    assert.ok(nowUs() >= dueUs);
  }
});

test("rejects when stopped, asleep or turning", async () => {
  for (const aheadUs of [60_000_000, 1_400]) {
    const controller = new AbortController();
    const waiting = waitUntil(nowUs() + aheadUs, controller.signal);
    controller.abort(new Error("stopped"));
    await assert.rejects(waiting);
  }
});
