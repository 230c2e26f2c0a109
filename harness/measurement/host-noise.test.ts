import assert from "node:assert/strict";
import { test } from "vitest";
import { hostNoise, readHost } from "./host-noise.ts";

const before = { atMs: 1_000, pressureUs: 0, stolenTicks: 10, busyMs: 500, totalMs: 20_000 };

test("what the trial did not use itself was used by others", () => {
  const after = { atMs: 3_000, pressureUs: 200_000, stolenTicks: 30, busyMs: 2_500, totalMs: 24_000 };
  assert.deepEqual(hostNoise(before, after, 1_200_000), { cpuPressure: 0.1, steal: 0.05, otherCpus: 0.4 });
});

test("coarse ticks never make a negative share, and what the system does not tell is absent", () => {
  const none = { pressureUs: undefined, stolenTicks: undefined };
  const after = { ...before, ...none, atMs: 2_000, busyMs: 600 };
  assert.deepEqual(hostNoise({ ...before, ...none }, after, 900_000), { otherCpus: 0 });
});

test("this machine can be read", () => {
  const reading = readHost();
  assert.ok(reading.busyMs > 0 && reading.totalMs > reading.busyMs);
});
