import assert from "node:assert/strict";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nowUs } from "./clock.ts";
import { Pacer } from "./pacer.ts";

let pacer: Pacer;
beforeAll(async () => {
  pacer = await Pacer.start();
});
afterAll(() => pacer.stop(new Error("over")));

test("never settles before its time, and at once when that has passed", async () => {
  for (const aheadUs of [-1_000, 0, 300, 5_000, 20_000]) {
    const dueUs = nowUs() + aheadUs;
    assert.equal(await pacer.waitUntil(dueUs), true);
    assert.ok(nowUs() >= dueUs);
  }
});

test("serves timers and I/O while it waits", async () => {
  let served = false;
  setTimeout(() => {
    served = true;
  }, 5);
  await pacer.waitUntil(nowUs() + 30_000);
  assert.ok(served);
});

test("lets the event loop turn though it is behind all the time", async () => {
  let served = 0;
  const timer = setInterval(() => {
    served += 1;
  }, 1);
  const patience = nowUs() + 5_000_000;
  while (served <= 5 && nowUs() < patience) await pacer.waitUntil(nowUs() - 1_000_000);
  clearInterval(timer);
  assert.ok(served > 5, `${served} turns`);
});

test("knows what it spent on turning alone, which is not work", async () => {
  const before = pacer.spunUs;
  // Beside other tests each turn of a wait may take so long that it counts as work.
  for (let wait = 0; wait < 100 && pacer.spunUs === before; wait += 1) await pacer.waitUntil(nowUs() + 400);
  assert.ok(pacer.spunUs > before);
  const between = pacer.spunUs;
  const busy = nowUs() + 300;
  while (nowUs() < busy);
  await pacer.waitUntil(nowUs() - 1);
  assert.equal(pacer.spunUs, between);
});

test("an interrupted wait says so, asleep or turning, and the next one waits again", async () => {
  for (const aheadUs of [60_000_000, 400]) {
    const waiting = pacer.waitUntil(nowUs() + aheadUs);
    pacer.interrupt();
    assert.equal(await waiting, false);
  }
  const dueUs = nowUs() + 3_000;
  assert.equal(await pacer.waitUntil(dueUs), true);
  assert.ok(nowUs() >= dueUs);
});

test("rejects with the reason when stopped, and from then on", async () => {
  const stopped = await Pacer.start();
  const waiting = stopped.waitUntil(nowUs() + 60_000_000);
  const expected = expect(waiting).rejects.toThrow("no more");
  await stopped.stop(new Error("no more"));
  await expected;
  await expect(stopped.waitUntil(nowUs() + 1_000)).rejects.toThrow("no more");
  await stopped.stop(new Error("again"));
});
