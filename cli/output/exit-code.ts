import type { Results } from "../../harness/result/result.ts";
import { ONE_PROCESS } from "../../harness/run/unmeasured.ts";

/**
 * Of a run that is over: 130 interrupted; 1 when a trial failed, a transport's program or library is not here, or the run was given up, so that a
 * script notices; else 0.
 */
export function exitCodeOf({
  finishedAt,
  trials,
  launches,
}: Pick<Results, "finishedAt" | "trials" | "launches">): number {
  if (!finishedAt) return 130;
  const isWanting = ({ state, reason }: Results["trials"][number]) =>
    state === "failed" || (state === "skipped" && reason !== ONE_PROCESS);
  return launches?.stopped || trials.some(isWanting) ? 1 : 0;
}
