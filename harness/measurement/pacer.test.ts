import assert from "node:assert/strict";
import { afterEach, expect, test } from "vitest";
import { Pacer } from "./pacer.ts";

const LEAD_US = 500;

/** A clock that stands still unless it is moved, or moves by itself with each reading, and a pacer that goes by it. */
async function setUp() {
  const clock = { us: 1_000_000, stepUs: 0 };
  const alarm = { setFor: Number.NaN, wake: (): void => undefined, stopped: 0 };
  const pacer = await Pacer.start(LEAD_US, {
    now: () => {
      clock.us += clock.stepUs;
      return clock.us;
    },
    startAlarm: async (wake) => {
      alarm.wake = wake;
      return {
        set: (momentUs) => {
          alarm.setFor = momentUs;
        },
        stop: async () => {
          alarm.stopped += 1;
        },
      };
    },
  });
  return { clock, alarm, pacer };
}

/** How often the event loop has turned. */
let turns = 0;
let counting: NodeJS.Immediate | undefined;
function countTurns(): void {
  turns = 0;
  const next = () => {
    turns += 1;
    counting = setImmediate(next);
  };
  counting = setImmediate(next);
}
afterEach(() => clearImmediate(counting));

test("settles at the first reading of the clock at the due time or after it", async () => {
  const { clock, pacer } = await setUp();
  await pacer.waitUntil(clock.us);
  clock.stepUs = 7;
  for (const aheadUs of [1, 7, 20, 21, 300, LEAD_US]) {
    const dueUs = clock.us + aheadUs;
    assert.equal(await pacer.waitUntil(dueUs), true);
    assert.ok(clock.us >= dueUs && clock.us < dueUs + 7, `${clock.us - dueUs} us after ${aheadUs}`);
  }
});

test("a time that has passed costs no turn of the event loop", async () => {
  const { clock, pacer } = await setUp();
  await pacer.waitUntil(clock.us);
  countTurns();
  for (const behindUs of [0, 1, 5_000]) assert.equal(await pacer.waitUntil(clock.us - behindUs), true);
  assert.equal(turns, 0);
});

test("sleeps until shortly before a moment that is further off, and turns from there", async () => {
  const { clock, alarm, pacer } = await setUp();
  const dueUs = clock.us + 20_000;
  const waiting = pacer.waitUntil(dueUs);
  assert.equal(alarm.setFor, dueUs - LEAD_US);
  clock.us = alarm.setFor;
  clock.stepUs = 10;
  alarm.wake();
  assert.equal(await waiting, true);
  assert.equal(clock.us, dueUs);
  // All of it was turning without work, the last 20 us standing.
  assert.equal(pacer.spunUs, LEAD_US - 10);
});

test("is woken the earlier the later it woke, but turns for a twentieth of the time at the most", async () => {
  const { clock, alarm, pacer } = await setUp();
  /** How long before the moment it was to be woken. */
  const leadOf = async (aheadUs: number, lateUs: number) => {
    const dueUs = clock.us + aheadUs;
    const waiting = pacer.waitUntil(dueUs);
    const leadUs = dueUs - alarm.setFor;
    clock.us = alarm.setFor + lateUs;
    alarm.wake();
    setImmediate(() => {
      clock.us = Math.max(clock.us, dueUs);
    });
    await waiting;
    return leadUs;
  };
  assert.equal(await leadOf(500_000, 4_000), LEAD_US);
  assert.equal(await leadOf(500_000, 4_000), LEAD_US + 2_000);
  for (let more = 0; more < 30; more += 1) await leadOf(500_000, 4_000);
  assert.ok(Math.abs((await leadOf(500_000, 4_000)) - LEAD_US - 8_000) < 10);
  assert.equal(await leadOf(100_000, 4_000), 5_000);
  assert.equal(await leadOf(9_000, 4_000), LEAD_US);
  for (let more = 0; more < 30; more += 1) await leadOf(500_000, 0);
  assert.ok((await leadOf(500_000, 0)) < LEAD_US + 10);
});

test("serves timers and I/O while it turns", async () => {
  const { clock, pacer } = await setUp();
  const dueUs = clock.us + 400;
  // The clock stands still: only what the event loop does in between ends the wait.
  setTimeout(() => {
    clock.us = dueUs;
  });
  assert.equal(await pacer.waitUntil(dueUs), true);
});

test("lets the event loop turn though it is behind all the time, but not for each send", async () => {
  const { clock, pacer } = await setUp();
  await pacer.waitUntil(clock.us);
  countTurns();
  const turned: boolean[] = [];
  for (let send = 0; send < 6; send += 1) {
    clock.us += 600;
    const before = turns;
    await pacer.waitUntil(clock.us - 1_000_000);
    turned.push(turns > before);
  }
  assert.deepEqual(turned, [false, true, false, true, false, true]);
});

test("knows what it spent on turning alone, which is not work", async () => {
  const { clock, pacer } = await setUp();
  clock.stepUs = 40;
  // What passes until the first turn begins is none of it.
  await pacer.waitUntil(clock.us + 440);
  assert.equal(pacer.spunUs, 400);
  // A turn that takes longer has served something.
  clock.stepUs = 60;
  await pacer.waitUntil(clock.us + 480);
  assert.equal(pacer.spunUs, 400);
});

test("an interrupted wait says so, asleep or turning, and the next one waits again", async () => {
  const { clock, alarm, pacer } = await setUp();
  for (const aheadUs of [60_000_000, 400]) {
    const waiting = pacer.waitUntil(clock.us + aheadUs);
    pacer.interrupt();
    assert.equal(await waiting, false);
  }
  const dueUs = clock.us + 3_000;
  const waiting = pacer.waitUntil(dueUs);
  clock.us = alarm.setFor;
  alarm.wake();
  setTimeout(() => {
    clock.us = dueUs;
  });
  assert.equal(await waiting, true);
});

test("rejects with the reason when stopped, and from then on", async () => {
  const { clock, alarm, pacer } = await setUp();
  const waiting = pacer.waitUntil(clock.us + 60_000_000);
  const expected = expect(waiting).rejects.toThrow("no more");
  await pacer.stop(new Error("no more"));
  await expected;
  assert.equal(alarm.stopped, 1);
  await expect(pacer.waitUntil(clock.us + 1_000)).rejects.toThrow("no more");
  await pacer.stop(new Error("again"));
  await expect(pacer.waitUntil(clock.us)).rejects.toThrow("no more");
});
