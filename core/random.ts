/**
 * A seeded generator of uniform numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). 32 bits of state are plenty for
 * a schedule, and the same seed gives the same numbers on every platform.
 */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A uniform integer in [0, below). */
export function randomInt(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

/** The items in random order (Fisher-Yates), the originals untouched. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const pool = [...items];
  const result: T[] = [];
  while (pool.length > 0) result.push(...pool.splice(randomInt(random, pool.length), 1));
  return result;
}
