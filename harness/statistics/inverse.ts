/** The inverse of a small symmetric positive definite matrix, by Gauss and Jordan; undefined where it is singular. */
export function inverseOf(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const n = matrix.length;
  const rows = matrix.map((row, at) => [...row, ...row.map((_, column) => (column === at ? 1 : 0))]);
  for (let pivot = 0; pivot < n; pivot += 1) {
    const own = rows[pivot] ?? [];
    const scale = own[pivot] ?? 0;
    if (!(Math.abs(scale) > 1e-10)) return undefined;
    const unit = own.map((value) => value / scale);
    for (const [at, row] of rows.entries()) {
      const factor = row[pivot] ?? 0;
      rows[at] = at === pivot ? unit : row.map((value, column) => value - factor * (unit[column] ?? 0));
    }
  }
  return rows.map((row) => row.slice(n));
}
