import { LabError } from "../../core/errors.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { captureEnvironment, loadAverage } from "../run/environment.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { type Outcome, SELFTEST_SCHEMA, type Selftest } from "./result.ts";

export interface SelftestOptions {
  readonly checks: readonly Check[];
  readonly seed: number;
  /** One plan of every scenario. */
  readonly plans: readonly Plan[];
  readonly plan: CheckContext["plan"];
  readonly runs: number;
  /** npm packages whose versions go into the document. */
  readonly packages: readonly string[];
}

export interface SelftestEvents {
  readonly onStart: (check: Check, index: number) => void;
  readonly onDoing: (check: Check, doing: string) => void;
  readonly onOutcome: (outcome: Outcome, index: number) => void;
}

/** Runs the checks one at a time. Settles with all outcomes; when aborted, with those so far and without `finishedAt`. */
export async function runChecks(
  { checks, seed, plans, plan, runs, packages }: SelftestOptions,
  events: SelftestEvents,
  signal: AbortSignal,
): Promise<Selftest> {
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const environment = captureEnvironment(packages);
  const outcomes: Outcome[] = [];
  for (const [index, check] of checks.entries()) {
    if (signal.aborted) break;
    events.onStart(check, index);
    const report = (doing: string) => events.onDoing(check, doing);
    const context = { seed, plans, plan, runs, signal, report };
    const outcome = await outcomeOf(check, context);
    if (!outcome) break;
    outcomes.push(outcome);
    events.onOutcome(outcome, index);
  }
  return {
    schema: SELFTEST_SCHEMA,
    startedAt,
    ...(signal.aborted ? {} : { finishedAt: new Date().toISOString() }),
    seed,
    seconds: secondsSince(began),
    environment: { ...environment, loadAverageAfter: loadAverage() },
    checks: outcomes,
  };
}

/** Undefined when it was interrupted. A check that breaks off has failed: it has proved nothing. */
async function outcomeOf(check: Check, context: CheckContext): Promise<Outcome | undefined> {
  const began = performance.now();
  const { name, proves, target, timed } = check;
  const outcome = (rest: Pick<Outcome, "verdict" | "figures" | "measured" | "reason">): Outcome => ({
    name,
    proves,
    target,
    timed,
    ...rest,
    seconds: secondsSince(began),
  });
  let finding: Finding;
  try {
    finding = await check.run(context);
  } catch (error) {
    if (context.signal.aborted) return undefined;
    return outcome({ verdict: "fail", figures: {}, reason: firstWords(LabError.from(error).message) });
  }
  return outcome(finding.verdict === "not possible" ? { ...finding, figures: {} } : finding);
}

/** Some libraries put whole documents into a message. */
function firstWords(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 300)}...`;
}

function secondsSince(began: number): number {
  return Math.round(performance.now() - began) / 1_000;
}
