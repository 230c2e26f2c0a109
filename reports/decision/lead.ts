import type { InputFigure } from "./input.ts";

/** Blocks that a lead must have. */
const LEAST_BLOCKS = 3;

/**
 * Those of the others whose weighted score every transport at the top beats by more than the noise of the blocks that both have: paired
 * t-tests of the differences of logarithms, at `level` for all of them together (Sidak). A sum of figures can be uncertain where each of them is
 * not, since one transport may win here and lose there. `weights` are of the figures, in their order.
 */
export function provenBehind(
  figures: readonly InputFigure[],
  weights: readonly number[],
  top: readonly number[],
  others: readonly number[],
  level: number,
): number[] {
  const longest = Math.max(0, ...figures.flatMap(({ blocks }) => blocks.map(({ length }) => length)));
  const commonOf = (...both: readonly number[]) =>
    [...Array(longest).keys()].filter((block) =>
      figures.every(({ blocks }) => both.every((one) => (blocks[one]?.[block] ?? 0) > 0)),
    );
  const scoreOf = (transport: number, block: number) =>
    figures.reduce(
      (sum, { blocks }, at) => sum + (weights[at] ?? 0) * Math.log(blocks[transport]?.[block] ?? Number.NaN),
      0,
    );
  const within = (1 - level) ** (1 / Math.max(1, top.length * others.length));
  return others.filter((other) =>
    top.every((one) => {
      const common = commonOf(one, other);
      if (common.length < LEAST_BLOCKS) return false;
      const leads = common.map((block) => scoreOf(other, block) - scoreOf(one, block));
      const mean = leads.reduce((sum, lead) => sum + lead, 0) / leads.length;
      const squares = leads.reduce((sum, lead) => sum + (lead - mean) ** 2, 0);
      const error = Math.sqrt(squares / (leads.length - 1) / leads.length);
      return mean > 0 && shareWithin(mean / error, leads.length - 1) >= within;
    }),
  );
}

/**
 * The share of Student's distribution with `dof` degrees of freedom, a whole number, that lies within |t| (Abramowitz and Stegun 26.7.3 and
 * 26.7.4): no library, since the page decides again as settings change.
 */
export function shareWithin(t: number, dof: number): number {
  const angle = Math.atan(t / Math.sqrt(dof));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = dof % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = dof === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= dof - 2; power += 2) {
    term *= ((power - 1) / power) * cos ** 2;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}
