import type { Results } from "./result.ts";

/** How many launches there are in results: what is measured in one piece beside them has blocks of its own. */
export function launchesRun({
  launches,
  trials,
}: Pick<Results, "launches"> & {
  readonly trials: readonly { readonly scenario: string; readonly block: number }[];
}): number {
  const sliced = new Set(launches?.scenarios.map(({ name }) => name));
  return new Set(trials.filter(({ scenario }) => sliced.has(scenario)).map(({ block }) => block)).size;
}
