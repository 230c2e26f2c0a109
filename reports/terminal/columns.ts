/** How wide each column has to be for all of its texts and a space between, and at least. */
export function columnWidths(rows: readonly (readonly string[])[], least: readonly number[]): number[] {
  return least.map((width, index) => Math.max(width, ...rows.map((row) => (row[index]?.length ?? 0) + 1)));
}

/** The label to the left, all else to the right of its column. */
export function aligned(texts: readonly string[], widths: readonly number[]): string {
  return texts
    .map((text, index) => (index === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[index] ?? 0)))
    .join("");
}
