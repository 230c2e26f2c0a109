import { normalAbove, normalShare } from "./normal.ts";

/** The launches after which a run that stops when it is told may look at its data. */
export const LOOKS: readonly number[] = [4, 7, 10, 14];
/** Points on a side of the grid that the sum of the data so far is followed on. */
const GRID = 200;

/**
 * The level for each look, for `compareAllPairs`, such that over all of them the family keeps its own: 5 % is spent as Pocock's boundaries do,
 * by the error spending function of Lan and DeMets (1983, Discrete sequential boundaries for clinical trials, Biometrika 70), since the large
 * differences that transports have should be told early. `looks` are the launches at each look so far, ascending, of at most `most`; one that
 * comes unplanned, because a run was stopped, only has to be among them. Bounds are made for one of the `pairs` and hold for the family as
 * one look's do.
 */
export function lookLevels(
  looks: readonly number[],
  { most, pairs, level = 0.05 }: { readonly most: number; readonly pairs: number; readonly level?: number },
): number[] {
  const ofOne = 1 - (1 - level) ** (1 / pairs);
  return boundaries(
    looks.map((launches) => launches / most),
    ofOne,
  ).map((z) => 1 - (1 - 2 * (1 - normalShare(z))) ** pairs);
}

/** The z of each look, two-sided, at these shares of all information in (0, 1], by Armitage, McPherson and Rowe's (1969) recursion. */
export function boundaries(information: readonly number[], level: number): number[] {
  const spent = (share: number) => level * Math.log(1 + (Math.E - 1) * share);
  let [before, at] = [0, 0];
  let density: readonly Point[] | undefined;
  return information.map((share) => {
    const [toSpend, step, came] = [spent(share) - before, Math.sqrt(share - at), density];
    const crossing = (bound: number) =>
      came
        ? came.reduce(
            (sum, { x, mass }) => sum + mass * (above((bound - x) / step) + above((bound + x) / step)),
            0,
          )
        : 2 * above(bound / step);
    const bound = came ? bisected(crossing, toSpend) : normalAbove(toSpend / 2) * step;
    density = gridOf(bound).map(({ x, weight }) => ({
      x,
      mass:
        weight *
        (came ? came.reduce((sum, one) => sum + one.mass * bell(x - one.x, step), 0) : bell(x, step)),
    }));
    [before, at] = [spent(share), share];
    return bound / Math.sqrt(share);
  });
}

interface Point {
  readonly x: number;
  readonly mass: number;
}

/** Simpson's rule between the bounds. */
function gridOf(bound: number): { readonly x: number; readonly weight: number }[] {
  const width = bound / GRID;
  return Array.from({ length: 2 * GRID + 1 }, (_, index) => ({
    x: (index - GRID) * width,
    weight: (width / 3) * (index === 0 || index === 2 * GRID ? 1 : index % 2 === 1 ? 4 : 2),
  }));
}

function bell(x: number, sd: number): number {
  return Math.exp(-((x / sd) ** 2) / 2) / (sd * Math.sqrt(2 * Math.PI));
}

function above(z: number): number {
  return normalShare(-z);
}

/** Where a falling function of bounds from 0 to 10 has the value. */
function bisected(falling: (bound: number) => number, value: number): number {
  let [low, high] = [0, 10];
  for (let halving = 0; halving < 50; halving += 1) {
    const middle = (low + high) / 2;
    if (falling(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
