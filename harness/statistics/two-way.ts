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

/**
 * Fits the model to values on the log scale. Missing cells make the differences less certain and leave the rest as it is: the launches
 * are eliminated and the normal equations of the transports solved (the intra-block analysis of an incomplete block design: Yates 1940, The
 * recovery of inter-block information in balanced incomplete block designs, Ann. Eugenics 10).
 */
export function fitTwoWay(values: LaunchValues): TwoWayFit {
  const launches = Math.max(0, ...values.map(({ length }) => length));
  const byLaunch = Array.from({ length: launches }, (_, launch) => cellsOf(values, launch)).filter(
    ({ length }) => length > 0,
  );
  const group = groupsOf(values.length, byLaunch);
  const matrix = values.map((_, a) => values.map((_, b): number => (group[a] === group[b] ? 1 : 0)));
  const right = values.map(() => 0);
  const add = (a: number, b: number, value: number) => {
    const row = matrix[a];
    if (row) row[b] = (row[b] ?? 0) + value;
  };
  for (const cells of byLaunch) {
    const mean = meanOf(cells.map(({ value }) => value));
    for (const { transport, value } of cells) {
      right[transport] = (right[transport] ?? 0) + value - mean;
      add(transport, transport, 1);
      for (const other of cells) add(transport, other.transport, -1 / cells.length);
    }
  }
  const inverse = inverseOf(matrix) ?? [];
  const effects = inverse.map((row) => row.reduce((sum, one, at) => sum + one * (right[at] ?? 0), 0));
  const residuals = values.map((row, transport) =>
    row.map((value, launch) => {
      if (value === undefined) return undefined;
      const rest = cellsOf(values, launch).map((cell) => cell.value - (effects[cell.transport] ?? 0));
      return value - (effects[transport] ?? 0) - meanOf(rest);
    }),
  );
  const present = residuals.flat().filter((one) => one !== undefined);
  const measured = values.flatMap((row, at) => (row.some((one) => one !== undefined) ? [group[at]] : []));
  const dof = present.length - measured.length - byLaunch.length + new Set(measured).size;
  return {
    residuals,
    variance: dof > 0 ? present.reduce((sum, one) => sum + one * one, 0) / dof : Number.NaN,
    dof,
    contrast: (a, b) => {
      const at = (row: number, column: number) => inverse[row]?.[column] ?? Number.NaN;
      if (a === b || group[a] !== group[b]) return undefined;
      return {
        difference: (effects[a] ?? Number.NaN) - (effects[b] ?? Number.NaN),
        factor: at(a, a) + at(b, b) - 2 * at(a, b),
      };
    },
  };
}

interface Cell {
  readonly transport: number;
  readonly value: number;
}

function cellsOf(values: LaunchValues, launch: number): Cell[] {
  return values.flatMap((row, transport) => {
    const value = row[launch];
    return value === undefined ? [] : [{ transport, value }];
  });
}

/** By transport the number of its group: those that a chain of launches connects. */
function groupsOf(transports: number, byLaunch: readonly (readonly Cell[])[]): number[] {
  const group = Array.from({ length: transports }, (_, at) => at);
  for (const cells of byLaunch) {
    const joined = new Set(cells.map(({ transport }) => group[transport]));
    const first = Math.min(...[...joined].flatMap((one) => one ?? []));
    for (const [at, one] of group.entries()) if (joined.has(one)) group[at] = first;
  }
  return group;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
