import type { Claim, Mode } from "../../claims/claim.ts";
import { labelOf } from "../../claims/setup.ts";
import { judge } from "../../claims/verdict.ts";
import { transportsOf } from "../../reports/claims/findings.ts";
import { valuesOf } from "../../reports/claims/values.ts";
import { setupsOf } from "./experiments.ts";
import type { KeptRuns } from "./kept-runs.ts";

/** The experiments that are kept, but from whose trials some reading of these claims has no figure: they are worth another try. */
export function voidExperiments(
  claims: readonly Claim[],
  mode: Mode,
  kept: Pick<KeptRuns, "trials">,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const reading of claims.flatMap(({ readings }) => readings)) {
    if (reading.kind !== "measured") continue;
    const { figure, claimed } = reading;
    for (const label of setupsOf(reading, mode).map((setup) => labelOf(setup, mode))) {
      const trials = kept.trials(label, transportsOf(reading));
      if (trials && judge(valuesOf(figure, trials).values, claimed, figure.as).state === "void")
        found.add(label);
    }
  }
  return found;
}
