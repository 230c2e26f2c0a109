import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, test } from "vitest";
import { nowUs } from "../measurement/clock.ts";
import { Alarms } from "./alarms.ts";

let alarms: Alarms;
beforeEach(async () => {
  alarms = await Alarms.start();
});
afterEach(() => alarms.stop());

/** Sets one for each of these moments, in that order; settles with how late each rang, in the order of ringing. */
async function ringing(
  aheadUs: readonly number[],
): Promise<{ readonly ahead: number; readonly lateUs: number }[]> {
  const rung: { ahead: number; lateUs: number }[] = [];
  const began = nowUs();
  await new Promise<void>((resolve) => {
    for (const ahead of aheadUs)
      alarms.set(began + ahead, () => {
        rung.push({ ahead, lateUs: nowUs() - began - ahead });
        if (rung.length === aheadUs.length) resolve();
      });
  });
  return rung;
}

test("rings at each moment, never before it, the earliest first however they were set", async () => {
  const rung = await ringing([30_000, 5_000, 5_000, 10_000, -1_000, 200, 20_000]);
  assert.deepEqual(
    rung.map(({ ahead }) => ahead),
    [-1_000, 200, 5_000, 5_000, 10_000, 20_000, 30_000],
  );
  assert.ok(rung.every(({ lateUs }) => lateUs >= 0));
});

test("rings again after it had nothing to wait for", async () => {
  assert.equal((await ringing([1_000])).length, 1);
  await sleep(20);
  assert.equal((await ringing([1_000, 2_000])).length, 2);
});

test("a moment that comes in while another is awaited is not missed", async () => {
  let late = false;
  alarms.set(nowUs() + 60_000_000, () => {
    late = true;
  });
  await sleep(5);
  assert.equal((await ringing([3_000])).length, 1);
  assert.equal(late, false);
});

test("stopped, it never rings", async () => {
  let rung = 0;
  alarms.set(nowUs() + 5_000, () => {
    rung += 1;
  });
  await alarms.stop();
  await sleep(30);
  assert.equal(rung, 0);
});
