import type { z } from "zod";
import type { Trial } from "../../harness/result/result.ts";
import { runTrial } from "../../harness/trial/trial.ts";
import { scenarios } from "../../scenarios/registry.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { BenchFlags } from "../commands/bench.ts";
import type { CapacityFlags } from "../commands/capacity.ts";
import { openOutput } from "../output/output-folder.ts";
import { usage } from "../process/failure.ts";
import { planBench } from "./bench-plan.ts";
import { parseChoice } from "./choices.ts";
import { type Axis, boundsOf, flagsAt, refuseFixed } from "./study-axis.ts";

/** The flags that studies have of a bench's; a capacity is found without a link. */
type StudyFlags = Omit<CapacityFlags, "slo" | "over" | "max"> &
  Pick<BenchFlags, "link" | "backplane" | "balancer">;

/** One plan with one of its numbers left open. */
export interface Study {
  readonly transports: readonly TransportEntry[];
  readonly scenario: string;
  readonly seed: number;
  readonly bounds: { readonly min: number; readonly max: number; readonly default: number };
  /** A trial in fresh processes, at that value of the open number. */
  measure(transport: TransportEntry, value: number, seed: number, signal: AbortSignal): Promise<Trial>;
}

/** Reads the flags; every impossible one fails with one line. */
export function planStudy(flags: StudyFlags, open: Axis): Study {
  const scenario = parseChoice("scenario", flags.scenario ?? "fan-out", scenarios);
  const { out: _out, scenario: _scenario, json: _json, quiet: _quiet, ...shared } = flags;
  const fixed: BenchFlags = {
    duration: "2",
    warmup: "0.5",
    interleave: false,
    ...shared,
    scenarios: scenario.name,
  };
  refuseFixed(open, fixed);
  const { transports: chosen, seed } = planBench(fixed);
  const transports = chosen.filter(({ supports }) => supports.network);
  if (transports.length === 0)
    throw usage(
      "loopback runs server and load in one process, so they can't be measured separately; choose another transport",
    );
  const bounds = boundsOf(open, scenario.name);
  return {
    transports,
    scenario: scenario.name,
    seed,
    bounds,
    measure: (transport, value, trialSeed, signal) => {
      const { scenarios: ready, loadProcesses } = planBench(flagsAt(open, value, fixed));
      const [one] = ready;
      if (!one) throw usage(`there is no scenario ${scenario.name}`);
      return runTrial(
        {
          transport: { name: transport.name },
          scenario: one.name,
          block: 0,
          attempt: 1,
          plan: one.plan(trialSeed),
          params: one.params,
          loadProcesses,
          gates: "void",
        },
        signal,
        () => undefined,
      );
    },
  };
}

/**
 * Proves, before anything is measured, that the findings can be written where they were asked for. What it returns writes them as the
 * schema has them, and prints `text` or, with --json, the same document.
 */
export async function openFindings(
  schema: z.ZodType,
  { out, json }: StudyFlags,
): Promise<(findings: object, text: () => string) => Promise<void>> {
  const output = out === undefined ? undefined : await openOutput(out);
  return async (findings, text) => {
    const document = `${JSON.stringify(schema.parse(findings), null, 1)}\n`;
    const isPrinted = json || (output !== undefined && output.file === undefined);
    process.stdout.write(isPrinted ? document : text());
    if (output?.file === undefined) return;
    try {
      await output.write(document);
    } catch (error) {
      // They took minutes to find.
      if (!isPrinted) process.stdout.write(`\n${document}`);
      throw error;
    }
  };
}
