import assert from "node:assert/strict";
import { test } from "vitest";
import { Bursts, burstUtilization } from "./bursts.ts";

/** Deliveries 10 us apart, of which the event loop idled `idleUs`. */
function burstOf(deliveries: number, idleUs: number, publishes = 1) {
  let us = 0;
  let idle = 0;
  const bursts = new Bursts(
    () => 0,
    () => ({ us, idleUs: idle }),
  );
  for (let publish = 0; publish < publishes; publish += 1) {
    for (let index = 0; index < deliveries; index += 1) {
      bursts.delivered(publish);
      us += 10;
      idle += idleUs;
    }
    // Between two publishes nothing is done for long.
    us += 10_000;
    idle += 10_000;
  }
  return bursts;
}

test("tells how busy the loop was between the first and the last delivery of a publish, whatever it did between publishes", () => {
  const totals = burstOf(11, 4, 3).take();
  assert.equal(totals.us, 300);
  assert.equal(burstUtilization(totals), 0.6);
});

test("a few deliveries are no burst", () => {
  assert.equal(burstUtilization(burstOf(7, 0).take()), undefined);
});

test("begins anew when taken", () => {
  const bursts = burstOf(20, 0);
  bursts.take();
  assert.deepEqual(bursts.take(), { us: 0, busyUs: 0 });
});
