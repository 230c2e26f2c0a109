import type { Check } from "../../harness/selftest/check.ts";
import { checks } from "../../harness/selftest/registry.ts";
import { runChecks, type SelftestEvents } from "../../harness/selftest/run-checks.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { defaultTransports } from "../../transports/registry.ts";
import type { SelftestFlags } from "../commands/selftest.ts";
import { planBench } from "../flags/bench-plan.ts";
import { parseChoices, parseNumber } from "../flags/choices.ts";
import { terminalOptions } from "../output/render.ts";
import { outcomeLine, renderSelftest } from "../output/selftest-text.ts";
import { usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";

/** Of the default plan, in which a transport is named twice. */
const DEFAULT_RUNS = 2;
/** What a scenario is scaled to where only its schedule is looked at. */
const SMALL = { connections: 50, rate: 200, payload: 64, duration: 2, warmup: 1 };

/** Proves that the instrument is right on this machine; exit code 1 when a check failed, 130 when interrupted. */
export async function selftest(flags: SelftestFlags): Promise<void> {
  const seed =
    flags.seed === undefined
      ? 1
      : parseNumber("--seed", flags.seed, { min: 0, max: 0x7fff_ffff, integer: true });
  const runs =
    flags.runs === undefined
      ? DEFAULT_RUNS
      : parseNumber("--runs", flags.runs, { min: 1, max: 1_000, integer: true });
  const plan = planBench(flags.transports === undefined ? {} : { transports: flags.transports });
  const known = await checksOf(flags.against);
  const chosen =
    flags.only === undefined
      ? known.filter(({ onDemand }) => !onDemand)
      : parseChoices("check", flags.only, known);
  const interruption = onInterruption();
  try {
    const result = await runChecks(
      {
        checks: chosen,
        seed,
        plans: scenarios.map((scenario) => scenario.plan(SMALL, seed)),
        // The fewest that such a run has: the harder case.
        plan: { ...plan, launches: plan.fitting?.least ?? plan.blocks },
        runs,
        packages: defaultTransports.flatMap((transport) => transport.packages),
      },
      flags.quiet ? silent : progress(process.stderr, chosen),
      interruption.signal,
    );
    process.stdout.write(
      flags.json ? `${JSON.stringify(result, null, 1)}\n` : renderSelftest(result, terminalOptions()),
    );
    const failed = result.checks.some(({ verdict }) => verdict === "fail");
    process.exitCode = !result.finishedAt ? 130 : failed ? 1 : 0;
  } finally {
    interruption.dispose();
  }
}

/** The lab's own checks, or those that hold it against another tool. */
async function checksOf(against: SelftestFlags["against"]): Promise<readonly Check[]> {
  if (against === undefined) return checks;
  const { hasAutocannon } = await import("../../harness/selftest/against/autocannon.ts");
  if (!(await hasAutocannon())) throw usage("autocannon is not installed; run: npm install autocannon");
  const { crossChecks } = await import("../../harness/selftest/against/cross-checks.ts");
  return crossChecks;
}

const silent: SelftestEvents = {
  onStart: () => undefined,
  onDoing: () => undefined,
  onOutcome: () => undefined,
};

/** One line when a check begins and one when it ends; on a terminal the line in between says what is being done. */
function progress(stream: NodeJS.WriteStream, chosen: readonly Check[]): SelftestEvents {
  const position = (index: number) => `[${index + 1}/${chosen.length}]`;
  const clear = stream.isTTY ? "\r\u001b[K" : "";
  return {
    onStart: ({ name, proves }, index) => stream.write(`${clear}${position(index)} ${name}: ${proves}\n`),
    onDoing: (_, doing) => {
      if (stream.isTTY) stream.write(`${clear}      ${doing}`.slice(0, Math.max(40, stream.columns - 1)));
    },
    onOutcome: (outcome, index) => stream.write(`${clear}${position(index)} ${outcomeLine(outcome)}\n`),
  };
}
