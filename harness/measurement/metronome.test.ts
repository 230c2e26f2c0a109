import assert from "node:assert/strict";
import { test } from "vitest";
import { nowUs } from "./clock.ts";
import { type Alarm, startMetronome } from "./metronome.ts";

/** A metronome, and what settles with when it wakes next. */
async function setUp() {
  let woken: (atUs: number) => void = () => undefined;
  const metronome = await startMetronome(() => woken(nowUs()));
  const next = (act: (alarm: Alarm) => void) =>
    new Promise<number>((resolve) => {
      woken = resolve;
      act(metronome);
    });
  return { metronome, next };
}

test("wakes no earlier than at the moment, at once when that has passed", async () => {
  const { metronome, next } = await setUp();
  for (const aheadUs of [3_000, 0, -1_000, 500]) {
    const momentUs = nowUs() + aheadUs;
    const atUs = await next((alarm) => alarm.set(momentUs));
    assert.ok(atUs >= momentUs, `${momentUs - atUs} us early`);
  }
  await metronome.stop();
});

test("a new moment takes the place of one that has not come", async () => {
  const { metronome, next } = await setUp();
  metronome.set(nowUs() + 3_600_000_000);
  const momentUs = nowUs() + 500;
  assert.ok((await next((alarm) => alarm.set(momentUs))) >= momentUs);
  await metronome.stop();
});

test("can be stopped while it sleeps, and once more", async () => {
  const { metronome } = await setUp();
  metronome.set(nowUs() + 3_600_000_000);
  await metronome.stop();
  await metronome.stop();
});
