import { inverseOf } from "./inverse.ts";

/** Values of a run, by transport and then launch; undefined where a launch has no valid value of that transport. */
export type LaunchValues = readonly (readonly (number | undefined)[])[];

/** The additive model of a transport's and a launch's effect, fitted by least squares to whatever cells there are. */
export interface TwoWayFit {
  /** What is left of each cell, in the shape of what was given. */
  readonly residuals: LaunchValues;
  /** Of a cell, pooled over all; NaN without degrees of freedom. */
  readonly variance: number;
  readonly dof: number;
  /**
   * How far transport `a` is above `b`, and by what the variance of a cell must be multiplied to get that of the difference: 2/k with k whole
   * launches. Undefined where no chain of launches connects the two.
   */
  readonly contrast: (a: number, b: number) => Contrast | undefined;
}

export interface Contrast {
  readonly difference: number;
  readonly factor: number;
}

/** Fits the model to values on the log scale. */
export function fitTwoWay(values: LaunchValues): TwoWayFit {
  return twoWayModel(values)(values);
}

/**
 * The fit of any values that have the same cells as those given. Missing cells make the differences less certain and leave the rest as it is:
 * the launches are eliminated and the normal equations of the transports solved (the intra-block analysis of an incomplete block design:
 * Yates 1940, The recovery of inter-block information in balanced incomplete block designs, Ann. Eugenics 10).
 */
export function twoWayModel(shape: LaunchValues): (values: LaunchValues) => TwoWayFit {
  const launches = Math.max(0, ...shape.map(({ length }) => length));
  const byLaunch = Array.from({ length: launches }, (_, launch) => ({
    launch,
    cells: shape.flatMap((row, transport) => (row[launch] === undefined ? [] : [transport])),
  })).filter(({ cells }) => cells.length > 0);
  const group = groupsOf(shape.length, byLaunch);
  // Ones within a group fix the group's mean at zero, without which the equations have no single solution.
  const matrix = shape.map((_, a) => shape.map((_, b): number => (group[a] === group[b] ? 1 : 0)));
  for (const { cells } of byLaunch)
    for (const a of cells)
      for (const b of cells) {
        const row = matrix[a];
        if (row) row[b] = (row[b] ?? 0) + (a === b ? 1 : 0) - 1 / cells.length;
      }
  const inverse = inverseOf(matrix) ?? [];
  const measured = new Set(byLaunch.flatMap(({ cells }) => cells));
  const groups = new Set([...measured].map((transport) => group[transport])).size;
  const count = byLaunch.reduce((sum, { cells }) => sum + cells.length, 0);
  const dof = count - measured.size - byLaunch.length + groups;
  return (values) => {
    const at = (transport: number, launch: number) => values[transport]?.[launch] ?? Number.NaN;
    const right = shape.map(() => 0);
    for (const { launch, cells } of byLaunch) {
      const mean = meanOf(cells.map((one) => at(one, launch)));
      for (const one of cells) right[one] = (right[one] ?? 0) + at(one, launch) - mean;
    }
    const effects = inverse.map((row) => row.reduce((sum, one, index) => sum + one * (right[index] ?? 0), 0));
    const residuals = shape.map((row) => row.map((): number | undefined => undefined));
    let squares = 0;
    for (const { launch, cells } of byLaunch) {
      const rest = cells.map((one) => at(one, launch) - (effects[one] ?? Number.NaN));
      const mean = meanOf(rest);
      for (const [index, one] of cells.entries()) {
        const residual = (rest[index] ?? Number.NaN) - mean;
        squares += residual * residual;
        const row = residuals[one];
        if (row) row[launch] = residual;
      }
    }
    return {
      residuals,
      variance: dof > 0 ? squares / dof : Number.NaN,
      dof,
      contrast: (a, b) => {
        const covariance = (row: number, column: number) => inverse[row]?.[column] ?? Number.NaN;
        if (a === b || group[a] !== group[b]) return undefined;
        return {
          difference: (effects[a] ?? Number.NaN) - (effects[b] ?? Number.NaN),
          factor: covariance(a, a) + covariance(b, b) - 2 * covariance(a, b),
        };
      },
    };
  };
}

/** By transport the number of its group: those that a chain of launches connects. */
function groupsOf(transports: number, byLaunch: readonly { readonly cells: readonly number[] }[]): number[] {
  const group = Array.from({ length: transports }, (_, at) => at);
  for (const { cells } of byLaunch) {
    const joined = new Set(cells.flatMap((transport) => group[transport] ?? []));
    const first = Math.min(...joined);
    for (const [at, one] of group.entries()) if (joined.has(one)) group[at] = first;
  }
  return group;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
