import { expect, test } from "vitest";
import { seedOf } from "../../core/random.ts";
import { balancedOrders, slicesOf } from "./slice-order.ts";
import { williamsRows } from "./williams.ts";

/** How often each treatment holds each position, and directly follows each other one. */
function countsOf(rows: readonly (readonly number[])[]) {
  const [positions, successions] = [new Map<string, number>(), new Map<string, number>()];
  const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const row of rows)
    for (const [at, one] of row.entries()) {
      add(positions, `${one} at ${at}`);
      if (at > 0) add(successions, `${row[at - 1]} then ${one}`);
    }
  return { positions, successions };
}

function expectBalance(rows: readonly (readonly number[])[], n: number, times: number) {
  const { positions, successions } = countsOf(rows);
  expect(positions.size).toBe(n * n);
  expect(successions.size).toBe(n * (n - 1));
  expect(new Set([...positions.values(), ...successions.values()])).toEqual(new Set([times]));
}

test("the square of four is Williams's: 0 1 3 2, shifted", () => {
  expect(williamsRows(4)).toEqual([
    [0, 1, 3, 2],
    [1, 2, 0, 3],
    [2, 3, 1, 0],
    [3, 0, 2, 1],
  ]);
});

test.each([2, 4, 6, 8, 12])("%i treatments: a square, each position and each succession once", (n) => {
  expect(williamsRows(n)).toHaveLength(n);
  expectBalance(williamsRows(n), n, 1);
});

test.each([3, 5, 7, 9])("%i treatments: a pair of squares, each position and each succession twice", (n) => {
  expect(williamsRows(n)).toHaveLength(2 * n);
  expectBalance(williamsRows(n), n, 2);
});

test("one treatment has one order, none has none", () => {
  expect(williamsRows(1)).toEqual([[0]]);
  expect(williamsRows(0)).toEqual([]);
});

test.each([
  [6, 4, 3],
  [6, 3, 4],
  [5, 5, 2],
])(
  "%i transports in %i rounds a launch are balanced in each scenario over %i launches",
  (n, rounds, launches) => {
    const squares = (rounds * launches) / williamsRows(n).length;
    expect(Number.isInteger(squares)).toBe(true);
    const design = { transports: n, slices: [rounds, rounds], seed: 7 };
    for (const scenario of [0, 1]) {
      const rows = Array.from({ length: launches }, (_, launch) =>
        Array.from({ length: rounds }, (_, round) =>
          slicesOf(design, launch)
            .filter((slice) => slice.round === round && slice.scenario === scenario)
            .map(({ transport }) => transport),
        ),
      ).flat();
      expectBalance(rows, n, squares * (n % 2 === 0 ? 1 : 2));
    }
  },
);

test("a launch has every transport in every scenario once a round, the scenario's slices side by side", () => {
  const slices = slicesOf({ transports: 3, slices: [4, 4], seed: 1 }, 5);
  expect(slices).toHaveLength(3 * 2 * 4);
  expect(
    new Set(slices.map(({ round, scenario, transport }) => `${round} ${scenario} ${transport}`)).size,
  ).toBe(24);
  const changes = slices.filter(({ scenario }, at) => scenario !== slices[at - 1]?.scenario).length;
  expect(changes).toBeLessThanOrEqual(2 * 4);
});

test("a scenario of longer slices has fewer of them, and stays balanced over the launches", () => {
  const design = { transports: 4, slices: [4, 2], seed: 2 };
  const rows = Array.from({ length: 2 }, (_, launch) => [0, 1].map((round) => ({ launch, round }))).flat();
  const orders = rows.map(({ launch, round }) =>
    slicesOf(design, launch)
      .filter((slice) => slice.round === round && slice.scenario === 1)
      .map(({ transport }) => transport),
  );
  expectBalance(orders, 4, 1);
  expect(
    slicesOf(design, 0)
      .filter(({ round }) => round > 1)
      .every(({ scenario }) => scenario === 0),
  ).toBe(true);
});

test("launches of neighbouring seeds have neither plans nor orders in common", () => {
  const seeds = Array.from({ length: 40 }, (_, seed) =>
    Array.from({ length: 40 }, (_, launch) => seedOf(seed, "plan", launch)),
  ).flat();
  expect(new Set(seeds).size).toBe(seeds.length);
  const launches = (seed: number) =>
    Array.from({ length: 20 }, (_, launch) =>
      slicesOf({ transports: 6, slices: [2, 2], seed }, launch)
        .map(({ scenario, transport }) => `${scenario}${transport}`)
        .join(" "),
    );
  const [mine, next] = [launches(5), new Set(launches(6))];
  expect(mine.filter((order) => next.has(order))).toEqual([]);
});

test("the same seed gives the same orders; neighbouring seeds share none but by chance", () => {
  const orders = (seed: number) =>
    Array.from({ length: 60 }, (_, round) => balancedOrders(6, seed)(round).join());
  expect(orders(3)).toEqual(orders(3));
  for (const lag of [-6, -1, 0, 1, 6]) {
    const other = orders(4);
    const same = orders(3).filter((order, round) => order === other[round + lag]).length;
    // By chance one in 720.
    expect(same).toBeLessThan(4);
  }
});

test("a control is in each round once, takes no place in the others' square, and is not always at the same one", () => {
  const design = { transports: 7, slices: [1], seed: 3, control: true };
  const rows = Array.from({ length: 6 }, (_, launch) =>
    slicesOf(design, launch).map(({ transport }) => transport),
  );
  for (const row of rows) expect(row.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expectBalance(
    rows.map((row) => row.filter((one) => one !== 6)),
    6,
    1,
  );
  expect(new Set(rows.map((row) => row.indexOf(6))).size).toBeGreaterThan(2);
});
