import type { Results } from "../../harness/result/result.ts";
import { planSeed } from "../../harness/run/queue.ts";
import { hashPlan } from "../../harness/trial/hash-plan.ts";
import type { Rules } from "../../reports/formats/junit.ts";
import { compareRuns, type RunComparison } from "../../reports/model/comparison.ts";
import { type PlannedRun, planDifferences, plannedRunOf } from "../../reports/model/plan-differences.ts";
import { excused, regressions } from "../../reports/model/regressions.ts";
import { unmet } from "../../reports/model/thresholds.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { readResults } from "../output/results-file.ts";
import { usage } from "../process/failure.ts";
import type { BenchPlan } from "./bench-plan.ts";
import { type Names, parseFailOn, parseThresholds } from "./expressions.ts";

/** What a run must pass once it is measured. */
export interface RunRules {
  /** Those of the flags, for the formats that tell them. */
  readonly rules: Rules;
  /** One line for each figure that does not pass. */
  objections(results: Results): string[];
  /** One line for each that passes only because in units of the control it is not shown to be worse. */
  excuses(results: Results): string[];
  /** Against the baseline, if there is one. */
  comparison(results: Results): RunComparison | undefined;
  /** The same rules with another baseline, if there is one: what the other build brought in the same run. */
  against(baseline: Results | undefined): RunRules;
}

const NAMED_DIFFERENCES = 4;

/** Reads baseline, --fail-on and --threshold, so that whatever is wrong with them is said before anything is measured. */
export async function prepareRules(flags: BenchFlags, plan: BenchPlan): Promise<RunRules> {
  const names: Names = {
    transports: plan.transports.map(({ name }) => name),
    scenarios: plan.scenarios.map(({ name }) => name),
  };
  const thresholds = parseThresholds(flags.threshold ?? [], names);
  const failOn = plan.against ? undefined : flags.failOn;
  const baseline = await readBaseline(flags.baseline, failOn, plannedRunBy(plan), "this run (B)");
  const allowed = baseline ? namesOf(baseline) : plan.against ? names : undefined;
  const allowances = allowed ? parseFailOn(flags.failOn ?? [], allowed) : [];
  return runRules({ thresholds, allowances, ...(baseline ? { baseline } : {}) });
}

function runRules(rules: Rules): RunRules {
  const { baseline } = rules;
  return {
    rules,
    objections: (results) => objectionsOf(rules, results),
    excuses: (results) => excusesOf(rules, results),
    comparison: (results) => (baseline ? compareRuns(baseline, results) : undefined),
    against: (other) => (other ? runRules({ ...rules, baseline: other }) : runRules(rules)),
  };
}

/** The rules that a report of a run is given: thresholds, and what a run of the same plan allows. */
export async function readRules(
  { threshold, baseline, failOn }: Pick<BenchFlags, "threshold" | "baseline" | "failOn">,
  results: Results,
): Promise<Rules> {
  const thresholds = parseThresholds(threshold ?? [], namesOf(results));
  const before = await readBaseline(baseline, failOn, plannedRunOf(results), "this file (B)");
  if (!before) return { thresholds, allowances: [] };
  return { thresholds, baseline: before, allowances: parseFailOn(failOn ?? [], namesOf(before)) };
}

/** One line for each figure that breaks a rule. */
export function objectionsOf({ thresholds, baseline, allowances }: Rules, results: Results): string[] {
  return [...unmet(thresholds, results), ...(baseline ? regressions(allowances, baseline, results) : [])];
}

/** One line for each that passes only because in units of the control it is not shown to be worse. */
export function excusesOf({ baseline, allowances }: Rules, results: Results): string[] {
  return baseline ? excused(allowances, baseline, results) : [];
}

async function readBaseline(
  path: string | undefined,
  failOn: readonly string[] | undefined,
  run: PlannedRun,
  what: string,
): Promise<Results | undefined> {
  if (path === undefined && failOn)
    throw usage("--fail-on compares with an earlier run; name its results.json with --baseline");
  if (path === undefined) return undefined;
  const baseline = await readResults(path);
  assertSamePlan(
    planDifferences(plannedRunOf(baseline), run),
    `the baseline run (A) and ${what}`,
    "use the flags of the baseline run's command",
  );
  return baseline;
}

/** Fails with one line that says what differs and `advice`. */
export function assertSamePlan(differences: readonly string[], what: string, advice: string): void {
  if (differences.length === 0) return;
  const more = differences.length - NAMED_DIFFERENCES;
  const named = differences.slice(0, NAMED_DIFFERENCES).join("; ");
  throw usage(`${what} have different plans: ${named}${more > 0 ? `; and ${more} more` : ""}; ${advice}`);
}

/** The names that rules about a run may use. */
export function namesOf({ transports, scenarios }: Results): Names {
  return { transports: transports, scenarios: scenarios.map(({ name }) => name) };
}

/** Writes the lines to stderr; says whether there were any. */
export function tell(lines: readonly string[]): boolean {
  for (const line of lines) process.stderr.write(`notif-lab: ${line}\n`);
  return lines.length > 0;
}

/** What the run will say of itself once it is measured. */
function plannedRunBy({ transports, scenarios, blocks, ...settings }: BenchPlan): PlannedRun {
  return {
    ...settings,
    transports: transports.map(({ name }) => name),
    scenarios,
    plans: scenarios.flatMap((scenario) =>
      Array.from({ length: blocks }, (_, block) => ({
        scenario: scenario.name,
        block: block + 1,
        planHash: hashPlan(scenario.plan(planSeed(settings.seed, block))),
      })),
    ),
  };
}
