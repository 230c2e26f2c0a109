import assert from "node:assert/strict";
import { test } from "vitest";
import { planSchema } from "../../scenarios/plan.ts";
import type { Excerpt } from "./excerpt.ts";
import { warmUpBy } from "./warming.ts";

const plan = planSchema.parse({
  version: 1,
  scenario: "tiny",
  seed: 3,
  loop: "open",
  groups: [
    { name: "publisher", users: 1, follows: [], marksRead: false },
    { name: "subscriber", users: 10, follows: ["topic/feed"], marksRead: false },
  ],
  traffic: [
    {
      from: "publisher",
      to: { topic: "topic/feed" },
      arrivals: "constant",
      ratePerSecond: 50,
      payloadCharacters: 64,
    },
  ],
  phases: { connectsPerSecond: 1_000, warmupMs: 0, settleMs: 0, measureMs: 500, drainTimeoutMs: 1_000 },
});

/** A warm-up in which the parts cost this much. */
async function warmed(costs: readonly number[], of = plan) {
  const parts: Excerpt[] = [];
  const result = await warmUpBy(of, async (part) => {
    parts.push(part);
    return costs[parts.length - 1] ?? Number.NaN;
  });
  return { parts, result };
}

test("a warm-up has three parts at least, however steady it begins, and tells what the first one cost", async () => {
  const { parts, result } = await warmed([52, 26, 25]);
  assert.equal(parts.length, 3);
  assert.ok(result.warm && Math.abs(result.cpuDrift + 0.038) < 0.001);
  assert.equal(result.firstCpuUsPerDelivery, 52);
  assert.equal(
    result.publishes,
    parts.reduce((sum, { sends = 0 }) => sum + sends, 0),
  );
});

test("it goes on until one part is no cheaper than the one before, and no further than its limit", async () => {
  const settled = await warmed([100, 60, 50, 40, 39, 10]);
  assert.deepEqual([settled.parts.length, settled.result.warm], [5, true]);
  const falling = await warmed([100, 90, 80, 70, 60, 50, 49]);
  assert.deepEqual([falling.parts.length, falling.result.warm], [6, false]);
  assert.ok(Math.abs(falling.result.cpuDrift - (50 / 60 - 1)) < 1e-9);
  // What has become dearer in the end is not cold.
  assert.equal((await warmed([100, 80, 60, 40, 50])).result.warm, true);
});

test("all parts have as many messages, which differ, and wait for answers instead of overloading a slow one", async () => {
  const { parts } = await warmed([100, 60, 50, 50]);
  assert.equal(new Set(parts.map(({ sends }) => sends)).size, 1);
  assert.equal(new Set(parts.map(({ seed }) => seed)).size, parts.length);
  assert.ok(parts.every(({ loop }) => loop === "closed"));
});

test("about a hundred deliveries are under way, however many of them a publish makes", async () => {
  const inFlight = async (of: typeof plan) => (await warmed([100, 60, 60], of)).parts[0]?.inFlight;
  assert.equal(await inFlight(plan), 10);
  const traffic = plan.traffic.map((one) => ({ ...one, to: { randomUserOf: "subscriber" } }));
  assert.equal(await inFlight({ ...plan, traffic }), 100);
});
