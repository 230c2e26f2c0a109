import type { Results } from "../../harness/result/result.ts";
import { planSeed, type ReadyScenario } from "../../harness/run/queue.ts";
import { hashPlan } from "../../harness/trial/hash-plan.ts";
import { notify } from "../../scenarios/notify.ts";
import { planSchema } from "../../scenarios/plan.ts";
import type { Params } from "../../scenarios/scenario.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { parseNumber } from "../flags/choices.ts";
import { usage } from "../process/failure.ts";

/**
 * A scenario file says its traffic itself. Beside --scenarios the numbers are for those; arrivals and loop, which results record
 * once for the whole run, can't be for some of its scenarios only.
 */
export function refuseForFiles(flags: BenchFlags): void {
  const perScenario = flags.scenarios ? [] : (["connections", "rate", "payload"] as const);
  const given = [...perScenario, "arrivals" as const, "closedLoop" as const].find(
    (name) => flags[name] !== undefined,
  );
  if (given)
    throw usage(
      `a scenario file defines its own traffic; change it there instead of with --${given === "closedLoop" ? "closed-loop" : given}`,
    );
}

/** Of --duration and --warmup, where given. */
export function secondsOf(flags: BenchFlags): Partial<Params> {
  const names = (["duration", "warmup"] as const).filter((name) => flags[name] !== undefined);
  return Object.fromEntries(
    names.map((name) => {
      const { min, max } = notify.params[name];
      return [name, parseNumber(`--${name}`, flags[name] ?? "", { min, max, integer: false })];
    }),
  );
}

/** The same for other times than its file's. */
export function lasting(scenario: ReadyScenario, { duration, warmup }: Partial<Params>): ReadyScenario {
  if (duration === undefined && warmup === undefined) return scenario;
  const planOf = (seed: number) => {
    const plan = scenario.plan(seed);
    const phases = {
      ...plan.phases,
      ...(duration === undefined ? {} : { measureMs: Math.round(duration * 1_000) }),
      ...(warmup === undefined ? {} : { warmupMs: Math.round(warmup * 1_000) }),
    };
    return { ...plan, phases };
  };
  const checked = planSchema.safeParse(planOf(0));
  if (!checked.success)
    throw usage(`scenario ${scenario.name}: ${checked.error.issues[0]?.message}`, checked.error);
  const { measureMs, warmupMs } = checked.data.phases;
  const params = { ...scenario.params, duration: measureMs / 1_000, warmup: warmupMs / 1_000 };
  return { ...scenario, params, plan: (seed) => planSchema.parse(planOf(seed)) };
}

/** The same behind the link and on the nodes that the run asks for. */
export function behind(
  scenario: ReadyScenario,
  { link, cluster }: Pick<Results, "link" | "cluster">,
): ReadyScenario {
  const asked = { ...(link ? { link } : {}), ...(cluster ? { cluster } : {}) };
  if (!link && !cluster) return scenario;
  const checked = planSchema.safeParse({ ...scenario.plan(0), ...asked });
  if (!checked.success)
    throw usage(`scenario ${scenario.name}: ${checked.error.issues[0]?.message}`, checked.error);
  return { ...scenario, plan: (seed) => ({ ...scenario.plan(seed), ...asked }) };
}

/** A file that was changed since would mix two plans in one run. */
export function unchanged(scenario: ReadyScenario, { plans, trials, seed }: Results): ReadyScenario {
  const ran = trials.filter((trial) => trial.scenario === scenario.name);
  if (
    ran.some(
      ({ block, planHash }) => plans[planHash] && hashPlan(scenario.plan(planSeed(seed, block))) !== planHash,
    )
  )
    throw usage(`the file of scenario ${scenario.name} was changed since the run began; start a new one`);
  return scenario;
}
