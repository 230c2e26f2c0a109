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

/** A seed for one thing of many: neighbouring seeds and neighbouring things share nothing. 31 bits. */
export function seedOf(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const part of [seed, ...parts]) {
    for (const unit of `${part}/`) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 1) & 0x7fff_ffff;
}
