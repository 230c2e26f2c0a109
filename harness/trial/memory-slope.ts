/** Memory of the server with so many connections, after a forced garbage collection. */
export interface MemoryStep {
  readonly connections: number;
  readonly rssBytes: number;
  readonly heapAndExternalBytes: number;
}

export interface Slope {
  /** Bytes a connection, by least squares. */
  readonly bytesPerConnection: number;
  /** Share of the variance that the line explains; under 0.9 the slope is not resolved from the noise. */
  readonly r2: number;
}

/** What resident memory is above that of the server before any client connected; undefined where that was not read. */
export function aboveEmpty(steps: readonly MemoryStep[], rssBytes: number): number | undefined {
  const empty = steps.find(({ connections }) => connections === 0);
  return empty && rssBytes - empty.rssBytes;
}

/** The least-squares line through the steps; undefined under three of them, or when all have as many connections. */
export function slopeOf(
  steps: readonly MemoryStep[],
  memory: "rssBytes" | "heapAndExternalBytes",
): Slope | undefined {
  const n = steps.length;
  const meanX = steps.reduce((sum, step) => sum + step.connections, 0) / n;
  const meanY = steps.reduce((sum, step) => sum + step[memory], 0) / n;
  const sum = (of: (dx: number, dy: number) => number) =>
    steps.reduce((total, step) => total + of(step.connections - meanX, step[memory] - meanY), 0);
  const xx = sum((dx) => dx * dx);
  const yy = sum((_, dy) => dy * dy);
  const xy = sum((dx, dy) => dx * dy);
  if (n < 3 || xx === 0) return undefined;
  return { bytesPerConnection: xy / xx, r2: yy === 0 ? 1 : (xy * xy) / (xx * yy) };
}
