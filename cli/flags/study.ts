import type { z } from "zod";
import type { AgentPool } from "../../harness/agents/pool.ts";
import type { Trial } from "../../harness/result/result.ts";
import { runTrial, type TrialSpec } from "../../harness/trial/trial.ts";
import { scenarios } from "../../scenarios/registry.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { BenchFlags } from "../commands/bench.ts";
import type { CapacityFlags } from "../commands/capacity.ts";
import { openOutput } from "../output/output-folder.ts";
import { usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";
import { openAgents } from "./agent-flags.ts";
import { planBench } from "./bench-plan.ts";
import { parseChoice } from "./choices.ts";
import { tell } from "./rules.ts";
import { type Axis, boundsOf, flagsAt, refuseAxisForAgents, refuseFixed } from "./study-axis.ts";

/** The flags that studies have of a bench's; a capacity is found without a link, on one node. */
type StudyFlags = Omit<CapacityFlags, "slo" | "over" | "max"> &
  Pick<BenchFlags, "link" | "backplane" | "balancer">;

/** One plan with one of its numbers left open. */
export interface Study {
  readonly transports: readonly TransportEntry[];
  readonly scenario: string;
  readonly seed: number;
  readonly bounds: { readonly min: number; readonly max: number; readonly default: number };
  /** How many agents run the load; undefined where this process does. */
  readonly agents: number | undefined;
  /**
   * Has `act` measure until Ctrl-C, which is told with `interrupted` and exit code 130. When it settles nothing is left of what ran for it.
   */
  during(act: (measure: Measure) => Promise<void>, interrupted: string): Promise<void>;
}

/** A trial in fresh processes, at that value of the open number. Rejects when it is interrupted. */
type Measure = (transport: TransportEntry, value: number, seed: number) => Promise<Trial>;

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
  refuseAxisForAgents(open, fixed);
  const { transports: chosen, seed, agents: choice } = planBench(fixed);
  const transports = chosen.filter(({ supports }) => supports.network);
  if (transports.length === 0)
    throw usage(
      "loopback runs server and load in one process, so they can't be measured separately; choose another transport",
    );
  const bounds = boundsOf(open, scenario.name);
  const say = (line: string) => flags.quiet || flags.json || process.stderr.write(`${line}\n`);
  return {
    transports,
    scenario: scenario.name,
    seed,
    bounds,
    agents: choice?.count,
    during: async (act, interrupted) => {
      const interruption = onInterruption();
      let agents: AgentPool | undefined;
      try {
        agents = choice && (await openAgents(choice, say));
        await act(async (transport, value, trialSeed) => {
          const { scenarios: ready, loadProcesses } = planBench(flagsAt(open, value, fixed));
          const [one] = ready;
          if (!one) throw usage(`there is no scenario ${scenario.name}`);
          const spec: TrialSpec = {
            transport: { name: transport.name },
            scenario: one.name,
            block: 0,
            attempt: 1,
            plan: one.plan(trialSeed),
            params: one.params,
            loadProcesses,
            agents,
            gates: "void",
          };
          const trial = await runTrial(spec, interruption.signal, () => undefined);
          // Who is gone says nothing of the transport.
          return trial.state === "failed" && agents?.lost() !== undefined
            ? { ...trial, state: "invalid" }
            : trial;
        });
      } catch (error) {
        if (!interruption.signal.aborted) throw error;
        process.exitCode = 130;
        tell([interrupted]);
      } finally {
        await agents?.close();
        interruption.dispose();
      }
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
