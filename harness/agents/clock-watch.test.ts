import assert from "node:assert/strict";
import { test } from "vitest";
import { alongLine } from "../measurement/clock.ts";
import { ClockWatch } from "./clock-watch.ts";

const SECOND_US = 1_000_000;

/** What an exchange tells of a clock that is ahead by `offsetUs` and faster by `rate`, if its way back is longer by twice `errorUs`. */
const reading = (atUs: number, offsetUs: number, rate: number, boundUs = 20, errorUs = 0) => ({
  atUs,
  offsetUs: offsetUs + rate * atUs + errorUs,
  boundUs,
});

test("a clock that drifts is followed by a line, and what the line missed is within the bound", () => {
  const [offsetUs, rate] = [5_000 * SECOND_US, 50e-6];
  const watch = new ClockWatch();
  watch.compared(reading(0, offsetUs, rate, 20, 15));
  const second = watch.compared(reading(10 * SECOND_US, offsetUs, rate, 20, -15));
  // Nothing was known of its rate before: all of the drift was missed.
  assert.ok(Math.abs(second.heldUs + 500) <= 40, `${second.heldUs}`);
  assert.ok(Math.abs(second.rate - rate) <= 40 / (10 * SECOND_US));
  for (const seconds of [15, 20]) {
    const atUs = seconds * SECOND_US;
    const trueUs = atUs + offsetUs + rate * atUs;
    const elapsedUs = atUs - 10 * SECOND_US;
    assert.ok(Math.abs(alongLine(watch.line, atUs) - trueUs) <= 15 + (30 / (10 * SECOND_US)) * elapsedUs);
  }
  const third = watch.compared(reading(20 * SECOND_US, offsetUs, rate, 20, 15));
  assert.ok(Math.abs(third.heldUs) <= 80, `${third.heldUs}`);
});

test("bounds that leave it open whether a clock drifts tell no drift", () => {
  const watch = new ClockWatch();
  watch.compared(reading(0, 0, 0, 200, 150));
  assert.equal(watch.compared(reading(10 * SECOND_US, 0, 0, 200, -150)).rate, 0);
});

test("a clock that is set and set back between two comparisons is noticed by the exchanges between them", () => {
  const watch = new ClockWatch();
  watch.compared(reading(0, 0, 0));
  watch.beat(reading(SECOND_US, 0, 0, 300, 250));
  watch.beat(reading(2 * SECOND_US, 4_000, 0, 300));
  const { strayUs, probes, heldUs } = watch.compared(reading(3 * SECOND_US, 0, 0));
  assert.deepEqual([strayUs, probes, heldUs], [4_300, 2, 0]);
  assert.equal(watch.compared(reading(6 * SECOND_US, 0, 0)).strayUs, 0);
});
