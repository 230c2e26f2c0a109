import type { Plan } from "../../scenarios/plan.ts";
import type { DefaultPlan } from "./default-plan.ts";

/** What every check is given. */
export interface CheckContext {
  readonly seed: number;
  /** One plan of every scenario, small. */
  readonly plans: readonly Plan[];
  /** The default run's, or of the transports that were asked for. */
  readonly plan: DefaultPlan;
  /** How many whole runs a check of those makes. */
  readonly runs: number;
  /** Aborts the check, which then rejects with the reason and leaves no process behind. */
  readonly signal: AbortSignal;
  /** Tells a watcher what is being done, in some words. */
  readonly report: (doing: string) => void;
}

/** What came of a check: a verdict with its figures, or why this machine can't make one. */
export type Finding =
  | {
      readonly verdict: "pass" | "fail";
      /** The figures in words, short enough for a table. */
      readonly measured: string;
      /** The same by name, with the unit in the name. */
      readonly figures: Readonly<Record<string, number>>;
    }
  | { readonly verdict: "not possible"; readonly reason: string };

/** A proof with a known answer that one part of the instrument is right. */
export interface Check {
  /** What `--only` calls it. */
  readonly name: string;
  /** One sentence. */
  readonly proves: string;
  /** The known answer and how near to it is near enough. */
  readonly target: string;
  /** True when it runs processes against the clock, so that it must run alone; false when it always gives the same answer. */
  readonly timed: boolean;
  /** It takes so long that it is only run when it is asked for. */
  readonly onDemand?: true;
  run(context: CheckContext): Promise<Finding>;
}

/** A finding that passes when the condition holds. */
export function findingOf(
  passed: boolean,
  measured: string,
  figures: Readonly<Record<string, number>>,
): Finding {
  return { verdict: passed ? "pass" : "fail", measured, figures };
}
