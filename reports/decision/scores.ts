import type { InputFigure } from "./input.ts";

/**
 * Groups of places in `transports`: those that are practically equal, the closest joined first. Two that are told apart never share one, though a
 * third may be equal to both.
 */
export function equalsAmong(figure: InputFigure, transports: readonly number[]): number[] {
  const groups = transports.map((_transport, at) => at);
  const apart = figure.tested
    .filter(([, , verdict]) => verdict === "different")
    .map(([a, b]) => [transports.indexOf(a), transports.indexOf(b)] as const);
  const distance = (a: number, b: number) =>
    Math.abs(Math.log((figure.values[a] ?? 1) / (figure.values[b] ?? 1)));
  const equal = figure.tested
    .filter(
      ([a, b, verdict]) =>
        verdict === "practically equal" && transports.includes(a) && transports.includes(b),
    )
    .sort(([a, b], [c, d]) => distance(a, b) - distance(c, d));
  for (const [a, b] of equal) {
    const one = groups[transports.indexOf(a)];
    const other = groups[transports.indexOf(b)];
    const within = (at: number) => groups[at] === one || groups[at] === other;
    if (one === undefined || other === undefined || apart.some(([c, d]) => within(c) && within(d))) continue;
    for (let at = 0; at < groups.length; at += 1) if (groups[at] === other) groups[at] = one;
  }
  return groups;
}

/** Logarithms less the lowest of them, those of one group replaced by their mean: what is tied stays together. */
export function logsToBest(logs: readonly number[], groups: readonly number[]): number[] {
  const sums = logs.map(() => 0);
  const sizes = logs.map(() => 0);
  for (let at = 0; at < logs.length; at += 1) {
    const group = groups[at] ?? at;
    sums[group] = (sums[group] ?? 0) + (logs[at] ?? 0);
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const pooled = groups.map((group) => (sums[group] ?? 0) / (sizes[group] ?? 1));
  const best = Math.min(...pooled);
  return pooled.map((log) => log - best);
}

/** The mean of rows, place by place. */
export function meanRows(rows: readonly (readonly number[])[]): number[] {
  const [first = []] = rows;
  return first.map((_value, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length);
}

/** The mean of rows, place by place, each row as heavy as its weight. */
export function weightedMean(rows: readonly (readonly number[])[], weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [first = []] = rows;
  return first.map(
    (_value, at) => rows.reduce((sum, row, index) => sum + (row[at] ?? 0) * (weights[index] ?? 0), 0) / total,
  );
}
