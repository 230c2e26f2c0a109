import type { MetricKey } from "../metrics/catalogue.ts";
import { type Cell, observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import type { MetricVerdicts } from "../model/verdicts.ts";

/** Upper ends of the shades' ratios to the best of the column; beyond the last is the darkest. */
export const SHADE_ENDS = [1.1, 1.5, 2, 4, 10] as const;
const DARKEST = SHADE_ENDS.length;

/** How a cell of the matrix is filled; `undecided`: its transport can't be told apart from the best one. */
export interface Shade {
  readonly step: number;
  readonly undecided: boolean;
}

/** The shade of one transport's figure by its ratio to the column's best; a transport has the lowest shade among those practically equal to it. */
export function shadeOf(cell: Cell, key: MetricKey, scenario: ScenarioSummary): Shade | undefined {
  const figure = observed(cell, key);
  if (figure?.ratio === undefined || cell.state !== "completed") return undefined;
  const verdicts = scenario.verdicts[key];
  const tied = equalGroup(cell.transport, verdicts);
  const ratios = scenario.cells
    .filter(({ transport }) => tied.has(transport))
    .flatMap((one) => observed(one, key)?.ratio ?? []);
  return {
    step: stepOf(Math.min(figure.ratio, ...ratios)),
    undecided: verdicts.pairs.some(
      ({ a, b, verdict }) =>
        verdict === "inconclusive" &&
        (a === cell.transport || b === cell.transport) &&
        [a, b].some((other) => isBest(other, key, scenario)),
    ),
  };
}

/** From 0, next to the best, to 5. */
export function stepOf(ratio: number): number {
  const step = SHADE_ENDS.findIndex((end) => ratio <= end);
  return step === -1 ? DARKEST : step;
}

function isBest(transport: string, key: MetricKey, { cells }: ScenarioSummary): boolean {
  const cell = cells.find((one) => one.transport === transport);
  return cell !== undefined && observed(cell, key)?.ratio === 1;
}

/** A transport and those that are practically equal to it, no further. */
function equalGroup(transport: string, { pairs }: MetricVerdicts): ReadonlySet<string> {
  return new Set([
    transport,
    ...pairs.flatMap(({ a, b, verdict }) =>
      verdict === "practically equal" && (a === transport || b === transport) ? [a, b] : [],
    ),
  ]);
}
