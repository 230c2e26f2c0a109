import assert from "node:assert/strict";
import { test } from "vitest";
import type { Metrics } from "../result/result.ts";
import { dearSeconds } from "./dear-seconds.ts";

/** Seconds of so much CPU time, in milliseconds, and so many deliveries. */
const trial = (seconds: readonly (readonly [number, number])[], sliced?: Metrics["sliced"]) =>
  dearSeconds({
    measuredSeconds: seconds.length,
    timeline: seconds.map(([cpuMs, deliveries], at) => ({
      fromSeconds: at,
      seconds: 1,
      publishes: 1,
      deliveries,
      serverCpuUserUs: cpuMs * 900,
      serverCpuSystemUs: cpuMs * 100,
    })),
    ...(sliced ? { sliced } : {}),
  } as Metrics);

test("a second that used over twice the median is told, with the figure with and without it", () => {
  assert.equal(
    trial([
      [10, 100],
      [10, 100],
      [30, 100],
      [10, 100],
    ]),
    "second 3 used 3.0 times the server CPU of the median second: 150 us a delivery with it, 100 without",
  );
  assert.equal(
    trial([
      [10, 100],
      [10, 100],
      [30, 100],
      [10, 100],
      [50, 100],
      [10, 100],
    ]),
    "2 of 6 seconds used over twice the server CPU of the median second, the worst 5.0 times: 200 us a delivery with them, 100 without",
  );
  assert.match(
    trial(
      [
        [10, 100],
        [30, 100],
        [10, 100],
      ],
      { slices: 3 },
    ) ?? "",
    /^slice 2 used 3.0 times/,
  );
});

test("what had more to deliver, what is within twice the median and what is too short is not told", () => {
  assert.equal(
    trial([
      [10, 100],
      [10, 100],
      [40, 400],
      [10, 100],
    ]),
    undefined,
  );
  assert.equal(
    trial([
      [10, 100],
      [10, 100],
      [19, 100],
      [10, 100],
    ]),
    undefined,
  );
  assert.equal(
    trial([
      [10, 100],
      [90, 100],
    ]),
    undefined,
  );
  assert.equal(
    trial([
      [10, 100],
      [10, 100],
      [10, 100],
      [30, 0],
    ]),
    undefined,
  );
});
