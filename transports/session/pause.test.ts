import assert from "node:assert/strict";
import { test } from "vitest";
import { pause } from "./pause.ts";

test("settles when its time is up, and leaves no listener on the signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  await pause(1, signal);
  assert.equal(listeners, 0);
});

test("settles at once when the signal aborts, or has aborted", async () => {
  const hour = 3_600_000;
  const aborting = new AbortController();
  const waiting = pause(hour, aborting.signal);
  aborting.abort();
  await waiting;
  await pause(hour, aborting.signal);
});
