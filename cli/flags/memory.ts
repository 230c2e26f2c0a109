import { availableMemory } from "node:process";
import { groupsNeeded, launchBytes } from "../../harness/launch/fit.ts";
import { whyInOnePiece } from "../../harness/launch/slicing.ts";
import type { BenchPlan } from "./bench-plan.ts";

/** In how many groups a launch's transports have to stand, and the line that says so where it is more than one. */
export function groupsOf(
  { interleave, scenarios, transports, control, against, loadProcesses }: BenchPlan,
  available = availableMemory(),
): { readonly groups: number; readonly line?: string } {
  const plans = scenarios
    .map((scenario) => scenario.plan(0))
    .filter((plan) => interleave && whyInOnePiece(plan) === undefined);
  const networked = transports.filter(({ supports }) => supports.network).length;
  const measured = networked * (against ? 2 : 1) + (control ? 1 : 0);
  const bytes = launchBytes(plans, measured, loadProcesses);
  const groups = plans.length === 0 ? 1 : groupsNeeded(bytes, measured, available);
  if (groups === 1) return { groups };
  const gigabytes = (some: number) => (some / 1e9).toFixed(1);
  return {
    groups,
    line:
      `${measured} transports at once take about ${gigabytes(bytes)} GB and ${gigabytes(available)} GB are free, so each launch is run in ` +
      `${groups} groups; transports of different groups are compared less sharply (--no-interleave measures one by one)`,
  };
}
