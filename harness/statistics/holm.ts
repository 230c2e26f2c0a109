/** A p-value after correction for all that were tested beside it. */
export interface Adjusted {
  /** At most 1. */
  readonly p: number;
  /** By how much the p of the test alone was multiplied, before the cut at 1. */
  readonly factor: number;
}

/**
 * Holm's step-down correction, in the order given: the chance that even one of the differences claimed is none stays under the
 * level (S. Holm 1979, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 65-70).
 */
export function holm(ps: readonly number[]): Adjusted[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Map<number, Adjusted>();
  let largest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    largest = Math.max(largest, p * (ps.length - rank));
    adjusted.set(index, { p: Math.min(1, largest), factor: p > 0 ? largest / p : ps.length - rank });
  }
  return ps.map((p, index) => adjusted.get(index) ?? { p, factor: 1 });
}
