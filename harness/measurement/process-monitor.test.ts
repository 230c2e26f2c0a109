import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, test } from "vitest";
import { loopUtilization, ProcessMonitor } from "./process-monitor.ts";

let monitor: ProcessMonitor | undefined;
afterEach(() => monitor?.stop());

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("sees how long the event loop was blocked, and forgets it with the next sample", async () => {
  monitor = new ProcessMonitor();
  await sleep(60);
  monitor.sample();
  // The interval under way when it is reset is not counted, so the block must not fall into it.
  await sleep(60);
  block(150);
  await sleep(60);
  const blocked = monitor.sample();
  assert.ok(blocked.loopDelayMaxUs >= 100_000, `${blocked.loopDelayMaxUs} us`);
  await sleep(60);
  assert.ok(monitor.sample().loopDelayMaxUs < blocked.loopDelayMaxUs);
});

test("looks at nothing while it rests, and again afterwards", async () => {
  monitor = new ProcessMonitor();
  monitor.sample(true);
  await sleep(60);
  block(150);
  await sleep(60);
  assert.equal(monitor.sample().loopDelayMaxUs, 0);
  await sleep(60);
  block(150);
  await sleep(60);
  assert.ok(monitor.sample().loopDelayMaxUs >= 100_000);
});

test("tells a busy event loop from an idle one, and leaves idle turning out", async () => {
  monitor = new ProcessMonitor();
  const before = monitor.sample();
  await sleep(20);
  block(100);
  await sleep(20);
  const after = monitor.sample();
  const busy = loopUtilization(before, after);
  assert.ok(busy > 0.3 && busy <= 1, String(busy));
  assert.ok(loopUtilization(before, after, 90_000) < busy);
  assert.equal(loopUtilization(before, before), 0);
});

test("counts collections that happen of themselves", async () => {
  monitor = new ProcessMonitor();
  const before = monitor.sample();
  let kept: unknown[] = [];
  for (let round = 0; round < 400; round += 1) {
    kept = [];
    for (let index = 0; index < 5_000; index += 1) kept.push({ index });
    if (round % 50 === 0) await sleep(1);
  }
  await sleep(50);
  const after = monitor.sample();
  assert.ok(kept.length > 0 && after.gcPauses > before.gcPauses);
  assert.ok(after.gcPausedUs > 0 && after.gcLongestUs > 0 && after.gcLongestUs <= after.gcPausedUs + 1);
});
