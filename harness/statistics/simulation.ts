import { createRandom, shuffled } from "../../core/random.ts";
import { compareAllPairs } from "./all-pairs.ts";
import { momentsOf } from "./estimate.ts";
import { twoSidedP } from "./student.ts";

/** How a machine changes from trial to trial; `none` is a machine nobody has. */
export type Drift = "none" | "linear" | "random-walk";

/** What is simulated: `runs` runs of `blocks` blocks. */
export interface Simulation {
  readonly seed: number;
  readonly runs: number;
  readonly blocks?: number;
  readonly drift?: Drift;
}

/** Standard deviation of a trial's own log-normal noise: 5 %, as a quiet machine has it. */
const NOISE = 0.05;
/** Of a machine that gets slower: 0.4 % from trial to trial. */
const SLOPE = 0.004;
/** Standard deviation of a random walk's steps from trial to trial. */
const STEP = 0.02;
const LEVEL = 0.05;
const BLOCKS = 10;
const NOTHING = { low: Number.NaN, high: Number.NaN };

/**
 * The share of runs in which two transports that are the same are told apart by the interval of their ratio at 5 %, when both run once
 * a block in random order. 5 % nominal, whatever the drift: that is what the blocks are for.
 */
export function falsePositivesOfBlocks({ seed, runs, blocks = BLOCKS, drift = "none" }: Simulation): number {
  const random = createRandom(seed);
  const found = times(runs, () => {
    const [a = [], b = []] = blocked(["a", "b"], random, blocks, drift);
    const { low, high } = compareAllPairs([a, b], LEVEL).pairs[0]?.interval ?? NOTHING;
    return low > 1 || high < 1;
  });
  return share(found);
}

/**
 * The share of runs in which two transports that are the same are called different by Welch's t-test at 5 %, when all trials of the
 * one run before all of the other. Far beyond 5 % under drift.
 */
export function falsePositivesOfSequence({
  seed,
  runs,
  blocks = BLOCKS,
  drift = "none",
}: Simulation): number {
  const random = createRandom(seed);
  const found = times(runs, () => {
    const values = machine(random, drift);
    const [a, b] = [times(blocks, values), times(blocks, values)];
    return welchP(a.map(Math.log), b.map(Math.log)) < LEVEL;
  });
  return share(found);
}

/** The share of 95 % intervals that hold the true ratio, of two transports 1.3 apart that run in blocks. */
export function coverageOfInterval(simulation: Simulation): number {
  const truth = 1.3;
  const { seed, runs, blocks = BLOCKS, drift = "none" } = simulation;
  const random = createRandom(seed);
  const held = times(runs, () => {
    const [a = [], b = []] = blocked(["a", "b"], random, blocks, drift);
    const { pairs } = compareAllPairs([a.map((value) => value * truth), b], LEVEL);
    const { low, high } = pairs[0]?.interval ?? NOTHING;
    return low <= truth && truth <= high;
  });
  return share(held);
}

/** One value a block of every transport, which all are the same, in an order drawn for each block. */
function blocked(
  transports: readonly string[],
  random: () => number,
  blocks: number,
  drift: Drift,
): number[][] {
  const next = machine(random, drift);
  const byBlock = times(
    blocks,
    () => new Map(shuffled(transports, random).map((transport) => [transport, next()])),
  );
  return transports.map((transport) => byBlock.map((values) => values.get(transport) ?? Number.NaN));
}

/** A machine of one run: each call is a trial of 1 on average, times its noise and what the machine has become. */
function machine(random: () => number, drift: Drift): () => number {
  let state = 0;
  return () => {
    const value = Math.exp(state + NOISE * normal(random));
    if (drift === "linear") state += SLOPE;
    if (drift === "random-walk") state += STEP * normal(random);
    return value;
  };
}

/** A standard normal number (Box and Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The p of Welch's t-test of two means, by the degrees of freedom of Welch and Satterthwaite (Welch 1947). */
export function welchP(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [momentsOf(a), momentsOf(b)];
  const [va, vb] = [one.sd ** 2 / a.length, other.sd ** 2 / b.length];
  const dof = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  return twoSidedP((one.mean - other.mean) / Math.sqrt(va + vb), dof);
}

function times<T>(n: number, make: (index: number) => T): T[] {
  return Array.from({ length: n }, (_, index) => make(index));
}

function share(outcomes: readonly boolean[]): number {
  return outcomes.filter(Boolean).length / outcomes.length;
}
