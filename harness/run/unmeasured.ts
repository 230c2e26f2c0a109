import type { Plan } from "../../scenarios/plan.ts";
import type { Trial } from "../result/result.ts";

/** Of a transport without a network. */
export const ONE_PROCESS = "it runs inside one process, so that server and load can't be told apart";

/** What a trial would have been of. */
interface Unmeasured extends Pick<Trial, "transport" | "scenario" | "block" | "attempt" | "planHash"> {
  readonly plan: Plan;
  readonly params: Readonly<Record<string, number>>;
}

/** The trial that was not run, and why. */
export function unmeasured(
  { plan, params, transport, scenario, block, attempt, planHash }: Unmeasured,
  state: "skipped" | "failed",
  reason: string,
): Trial {
  return {
    transport,
    scenario,
    block,
    attempt,
    state,
    reason,
    notes: [],
    planHash,
    params: { ...params },
    seed: plan.seed,
    startedAt: new Date().toISOString(),
    seconds: 0,
  };
}
