import type { TransportEntry } from "../../transports/port/entry.ts";
import { runLaunch } from "../launch/launch.ts";
import type { LaunchScenario } from "../launch/launch-spec.ts";
import type { Trial } from "../result/result.ts";
import { planSeed, type ReadyScenario } from "../run/queue.ts";

/** What `bench` does without flags, for checks that are about a whole run. */
export interface DefaultPlan {
  readonly transports: readonly Pick<TransportEntry, "name">[];
  readonly scenarios: readonly ReadyScenario[];
  readonly launches: number;
  readonly loadProcesses: number;
}

/** The scenarios of one launch of a run with this seed. */
function scenariosOf(
  { scenarios }: Pick<DefaultPlan, "scenarios">,
  seed: number,
  launch: number,
): LaunchScenario[] {
  return scenarios.map((scenario) => ({
    name: scenario.name,
    plan: scenario.plan(planSeed(seed, launch)),
    params: scenario.params,
  }));
}

/** One launch of these transports, as a run with this seed has it. */
export function launched(
  { signal, report }: { readonly signal: AbortSignal; readonly report: (doing: string) => void },
  plan: DefaultPlan,
  seed: number,
  launch: number,
  doing: string,
): Promise<Trial[]> {
  const spec = {
    launch,
    transports: plan.transports.map(({ name }) => ({ name })),
    scenarios: scenariosOf(plan, seed, launch),
    seed,
    loadProcesses: plan.loadProcesses,
    gates: "void" as const,
  };
  return runLaunch(spec, signal, ({ stage }) => report(`${doing}, ${stage}`));
}

/** The figures that verdicts of launches rest on first. */
export const VERDICT_FIGURES = {
  "median latency": ({ metrics }: Trial) => metrics?.sliced?.p50Us ?? metrics?.deliveryLatencyUs?.p50,
  CPU: ({ metrics }: Trial) => metrics?.sliced?.cpuUsPerDelivery ?? metrics?.serverCpuUsPerDelivery,
} satisfies Record<string, (trial: Trial) => number | undefined>;
