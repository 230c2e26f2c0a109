import { createRandom, seedOf, shuffled } from "../../core/random.ts";

/**
 * Rows of 0 to n-1 in which each holds each place, and follows each other one, equally often (E. J. Williams, 1949): n rows where n is
 * even, 2n where it is odd.
 */
export function williamsRows(n: number): number[][] {
  if (n < 2) return [Array.from({ length: n }, () => 0)];
  // 0, 1, n-1, 2, n-2 ...: the differences between neighbours are all different.
  const first = Array.from({ length: n }, (_, at) => (at % 2 === 1 ? (at + 1) / 2 : (n - at / 2) % n));
  const cyclic = first.map((_, shift) => first.map((value) => (value + shift) % n));
  return n % 2 === 0 ? cyclic : [...cyclic, ...cyclic.map((row) => [...row].reverse())];
}

/**
 * The order of the items in a round of a scenario, rounds counted over all launches: a row of the square, whose rows come in random order
 * and whose numbers stand for the items at random, anew in each square.
 */
export function orderOf<T>(items: readonly T[], seed: number, scenario: string, round: number): T[] {
  const rows = williamsRows(items.length);
  const square = Math.floor(round / rows.length);
  const random = createRandom(seedOf(seed, "order", scenario, square));
  const labels = shuffled(items, random);
  const row = shuffled(rows, random)[round % rows.length] ?? [];
  return row.flatMap((label) => labels[label] ?? []);
}
