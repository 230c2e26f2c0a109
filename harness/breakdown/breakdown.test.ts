import assert from "node:assert/strict";
import { test } from "vitest";
import { fanOut } from "../../scenarios/fan-out.ts";
import { byteBreakdownSchema } from "../result/schema/byte-breakdown.ts";
import { takeBreakdown } from "./breakdown.ts";

const plan = fanOut.plan({ connections: 100, rate: 80, payload: 128, duration: 4, warmup: 1 }, 7);
const never = new AbortController().signal;

test("a byte breakdown comes back whole from its process", async () => {
  const breakdown = byteBreakdownSchema.parse(await takeBreakdown("tcp", plan, never));
  assert.deepEqual([breakdown.transport, breakdown.scenario, breakdown.users], ["tcp", "fan-out", 20]);
  // Four bytes before each of 80 publishes' answers and 1,520 deliveries.
  assert.equal(breakdown.perDelivery.out.framingBytesPerDelivery, (4 * (80 + 1_520)) / 1_520);
});

test("what goes wrong in it is told", async () => {
  await assert.rejects(takeBreakdown("carrier-pigeon", plan, never), /there is no transport carrier-pigeon/);
  await assert.rejects(takeBreakdown("loopback", plan, never), /puts no bytes on a network/);
});

test("it does not go on when aborted", async () => {
  const ending = new AbortController();
  const reason = new Error("enough");
  const running = takeBreakdown("tcp", plan, ending.signal);
  setTimeout(() => ending.abort(reason), 500);
  await assert.rejects(running, reason);
});
