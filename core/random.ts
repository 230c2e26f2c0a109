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

const GOLDEN = 0x9e37_79b9_7f4a_7c15n;

/**
 * A seed for one thing of many, as `seedOf(seed, "launch", 3)`: 31 bits of a 64-bit hash, so that neither neighbouring seeds nor
 * neighbouring things share a stream, as they do where the two are added. Numbers are integers; it throws RangeError on others. The
 * mixing is SplitMix64's (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators).
 */
export function seedOf(seed: number, ...parts: readonly (string | number)[]): number {
  const steps = parts.flatMap((part) =>
    typeof part === "number" ? [part] : [...part].map((one) => one.codePointAt(0) ?? 0).concat(-1),
  );
  const hash = steps.reduce(
    (state, step) => mixed(state ^ BigInt.asUintN(64, BigInt(step))),
    mixed(BigInt(seed)),
  );
  return Number(hash >> 33n);
}

function mixed(state: bigint): bigint {
  let z = BigInt.asUintN(64, state + GOLDEN);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
  return z ^ (z >> 31n);
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

/** Puts one of a list somewhere behind `place`, as likely anywhere: what is done again goes where chance puts it, since at the end drift would fall on it. */
export function putBehind<T>(list: T[], place: number, one: T, random: () => number): void {
  list.splice(place + 1 + randomInt(random, list.length - place), 0, one);
}
