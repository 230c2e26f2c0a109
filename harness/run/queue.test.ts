import assert from "node:assert/strict";
import { test } from "vitest";
import { createRandom } from "../../core/random.ts";
import { defaultTransports } from "../../transports/registry.ts";
import type { Trial } from "../result/result.ts";
import { newQueue, type PlannedTrial, planSeed, type ReadyScenario, requeue, stillToRun } from "./queue.ts";

const scenarios: ReadyScenario[] = ["one", "two"].map((name) => ({
  name,
  summary: name,
  params: {},
  plan: () => {
    throw new Error("no plan is needed");
  },
}));
const queue = (seed: number, blocks = 10) =>
  newQueue({ transports: defaultTransports, scenarios, blocks, seed });
const label = ({ transport, scenario, block, attempt }: PlannedTrial) =>
  `${block} ${transport.name} ${scenario.name} ${attempt}`;

test("every transport is in every block once per scenario, in an order that the seed makes and that differs between blocks", () => {
  const all = queue(1);
  assert.equal(new Set(all.map(label)).size, 10 * 2 * defaultTransports.length);
  assert.deepEqual(
    all.map((planned) => planned.block),
    all.map((planned) => planned.block).toSorted((a, b) => a - b),
  );
  assert.deepEqual(queue(1).map(label), all.map(label));
  assert.notDeepEqual(queue(2).map(label), all.map(label));
  const orders = Array.from({ length: 10 }, (_, block) =>
    all
      .filter((planned) => planned.block === block)
      .map((planned) => `${planned.transport.name} ${planned.scenario.name}`)
      .join(),
  );
  assert.ok(new Set(orders).size > 5);
});

test("the transports of a scenario follow one another within a block, whichever scenario is first", () => {
  const byBlock = Array.from({ length: 10 }, (_, block) =>
    queue(1).filter((planned) => planned.block === block),
  );
  const runs = byBlock.map((all) =>
    all.map(({ scenario }) => scenario.name).filter((name, index, all) => name !== all[index - 1]),
  );
  assert.ok(runs.every((run) => run.length === scenarios.length));
  assert.equal(new Set(runs.map((run) => run[0])).size, scenarios.length);
});

test("over many blocks every transport comes first about as often as any other", () => {
  const first = new Map<string, number>();
  for (const block of Array.from({ length: 600 }, (_, index) =>
    newQueue({ transports: defaultTransports, scenarios: scenarios.slice(0, 1), blocks: 1, seed: index }),
  ))
    first.set(block[0]?.transport.name ?? "", (first.get(block[0]?.transport.name ?? "") ?? 0) + 1);
  // 600 draws of 6: mean 100, standard deviation 9.1.
  for (const [name, times] of first) assert.ok(Math.abs(times - 100) < 46, `${name} first ${times} times`);
});

test("an invalid trial comes back anywhere in what is left of its block, and never after it", () => {
  const random = createRandom(1);
  const left = 2 * defaultTransports.length - 1;
  const places = Array.from({ length: 400 }, () => {
    const all = queue(1, 2);
    const [planned] = all.splice(0, 1);
    assert.ok(planned);
    requeue(all, { ...planned, attempt: 2 }, random);
    return all.findIndex((one) => one.attempt === 2);
  });
  assert.deepEqual(
    [...new Set(places)].toSorted((a, b) => a - b),
    Array.from({ length: left + 1 }, (_, at) => at),
  );
  const [last] = queue(1, 1).slice(-1);
  assert.ok(last);
  const rest = [last];
  requeue(rest, { ...last, attempt: 2 }, () => 0.99);
  assert.equal(rest.at(-1)?.attempt, 2);
});

test("neighbouring seeds and blocks share no order and no plan", () => {
  const orderOf = (seed: number, block: number) =>
    queue(seed)
      .filter((planned) => planned.block === block)
      .map((planned) => `${planned.scenario.name} ${planned.transport.name}`)
      .join();
  for (let seed = 1; seed <= 20; seed += 1) {
    for (let block = 1; block < 10; block += 1) {
      assert.notEqual(orderOf(seed, block), orderOf(seed + 1, block - 1));
      assert.notEqual(planSeed(seed, block), planSeed(seed + 1, block - 1));
    }
  }
});

test("a run that is taken up again does what is missing, and gives an invalid trial its second attempt", () => {
  const [planned] = queue(1);
  assert.ok(planned);
  const trial = (state: Trial["state"], attempt: number): Trial => ({
    transport: planned.transport.name,
    scenario: planned.scenario.name,
    block: planned.block,
    attempt,
    state,
    reason: "a test",
    notes: [],
    planHash: "",
    params: {},
    seed: 1,
    startedAt: "2026-01-01T00:00:00.000Z",
    seconds: 1,
  });
  assert.deepEqual(stillToRun(planned, []), [planned]);
  assert.deepEqual(stillToRun(planned, [trial("completed", 1)]), []);
  assert.deepEqual(stillToRun(planned, [trial("invalid", 1)]), [{ ...planned, attempt: 2 }]);
  assert.deepEqual(stillToRun(planned, [trial("invalid", 1), trial("invalid", 2)]), []);
  assert.deepEqual(stillToRun(planned, [{ ...trial("completed", 1), block: 7 }]), [planned]);
});
