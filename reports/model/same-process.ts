import type { Results } from "../../harness/result/result.ts";
import type { Cell } from "./cell.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";

/** Another scenario's connections in the server process that a figure is of. */
export interface Other {
  readonly scenario: string;
  readonly cell: Cell;
  readonly connections: number;
  /** Not where all its slices were void: then it is known only what it was to have. */
  readonly isMeasured: boolean;
}

/**
 * A launch has one server process a transport, which holds the connections of all scenarios that are measured in slices, so that its
 * resident memory is that of them all.
 */
export function othersIn(
  { transport }: Pick<Cell, "transport">,
  { name }: Pick<ScenarioSummary, "name">,
  results: Results,
): Other[] {
  const sliced = (results.launches?.scenarios ?? []).map((one) => one.name);
  if (!sliced.includes(name)) return [];
  return summarize(results).flatMap((scenario) => {
    const cell = scenario.cells.find((one) => one.transport === transport);
    if (scenario.name === name || !sliced.includes(scenario.name) || !cell) return [];
    const measured = cell.places.map((place) => results.trials[place]?.metrics?.connections ?? 0);
    const isMeasured = measured.length > 0;
    const connections = isMeasured ? Math.max(...measured) : (scenario.params.connections ?? 0);
    return [{ scenario: scenario.name, cell, connections, isMeasured }];
  });
}

export function connectionsOf(others: readonly Other[]): number {
  return others.reduce((sum, { connections }) => sum + connections, 0);
}
