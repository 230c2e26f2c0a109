import { createRandom } from "../../core/random.ts";

/** The probability that chance alone, flipping signs, gives a mean at least as far from zero, both ways. */
export interface SignFlip {
  readonly p: number;
  /** Whether all sign patterns were looked at; else `p` is a Monte-Carlo estimate. */
  readonly exact: boolean;
}

/** Up to this many differences all 2^n patterns are looked at. */
const EXACT_UP_TO = 20;
const DRAWS = 19_999;

/**
 * The sign-flip (permutation) test of a mean of paired differences: had the wires been the same, the random order within a
 * block could as well have given each difference the other sign (Fisher 1935, The Design of Experiments, section 21).
 * Beyond 20 differences `draws` random patterns are taken instead and p is (k + 1) / (draws + 1), which never is 0 (Phipson
 * and Smyth 2010). The same seed gives the same p.
 */
export function signFlip(differences: readonly number[], seed = 1, draws = DRAWS): SignFlip {
  const sizes = differences.map(Math.abs);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const target = Math.abs(differences.reduce((sum, one) => sum + one, 0));
  // Patterns that give the observed sum by another order of addition must count as reaching it.
  const bar = target - whole * 1e-12;
  if (differences.length <= EXACT_UP_TO)
    return { p: patternsBeyond(sizes, bar) / 2 ** sizes.length, exact: true };
  const random = createRandom(seed);
  const packed = Float64Array.from(sizes);
  let beyond = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    if (Math.abs(randomSum(packed, random)) >= bar) beyond += 1;
  }
  return { p: (beyond + 1) / (draws + 1), exact: false };
}

/** The smallest p that the test can give with `n` differences: below it nothing can be significant. */
export function smallestP(n: number): number {
  return n <= EXACT_UP_TO ? 2 / 2 ** n : 1 / (DRAWS + 1);
}

/** The sizes with random signs, 32 of them from one random number. Called millions of times a report, hence a plain loop. */
function randomSum(sizes: Float64Array, random: () => number): number {
  let sum = 0;
  let bits = 0;
  for (let index = 0; index < sizes.length; index += 1) {
    bits = index % 32 === 0 ? (random() * 2 ** 32) | 0 : bits >> 1;
    // The lowest bit as -1 or 1: a branch on chance would be mispredicted half of the time.
    sum += (sizes[index] ?? 0) * (((bits & 1) << 1) - 1);
  }
  return sum;
}

/** How many of the 2^n sign patterns give a sum of at least `bar`, up or down. */
function patternsBeyond(sizes: readonly number[], bar: number): number {
  // What the sizes from an index on can still add: it decides whole branches at once.
  const left = sizes.map((_, index) => sizes.slice(index).reduce((sum, size) => sum + size, 0));
  const count = (index: number, sum: number): number => {
    const rest = left[index] ?? 0;
    const away = Math.abs(sum);
    if (away - rest >= bar) return 2 ** (sizes.length - index);
    if (away + rest < bar) return 0;
    const size = sizes[index] ?? 0;
    return count(index + 1, sum + size) + count(index + 1, sum - size);
  };
  return count(0, 0);
}
