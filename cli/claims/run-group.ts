import type { Mode } from "../../claims/claim.ts";
import { LEAST_BLOCKS } from "../../claims/verdict.ts";
import type { Results, Trial } from "../../harness/result/result.ts";
import type { PreparationCache } from "../../harness/run/preparation.ts";
import { type RunEvents, run } from "../../harness/run/run.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { findTransport } from "../../transports/registry.ts";
import { automaticLoadProcesses } from "../flags/load-processes.ts";
import { groupsOf } from "../flags/memory.ts";
import { assertFilesSuffice } from "../flags/open-files.ts";
import { CliFailure } from "../process/failure.ts";
import { canInterleave, type Experiment, SPENDING } from "./experiments.ts";
import type { KeptRuns } from "./kept-runs.ts";

/** How groups of experiments are run. */
export interface GroupRun {
  readonly mode: Mode;
  readonly kept: KeptRuns;
  /** The command line that does it again. */
  readonly command: string;
  /** What began before counts as not there, and is measured again. */
  readonly since?: string | undefined;
  readonly cache?: PreparationCache | undefined;
  /** Noise voids a trial, default true; where what is looked for is far larger than any noise, it need not. */
  readonly noiseVoids?: boolean;
  /** Transports that take the place of the registry's under the same names: file URLs of their modules. */
  readonly modules?: ReadonlyMap<string, string>;
  /** In place of what the mode spends. */
  readonly blocks?: number;
  /** Blocks that a group gets at most in place of those that noise spoiled; default 3. */
  readonly mostFurther?: number;
  /** Whether an invalid trial in one piece is run once more at once; default true. */
  readonly retry?: boolean;
  /** Whether there is time for so many blocks more; default: there is. */
  readonly hasTime?: (blocks: number) => boolean;
}

export interface GroupEvents extends Pick<RunEvents, "onProgress"> {
  /** After every trial of a group; awaited, so that nothing that is finished is lost. */
  onResults(group: readonly Experiment[], results: Results): Promise<void>;
}

const MOST_FURTHER = 3;

/**
 * Runs a group to its end; where noise has left too few blocks for a verdict, some more if there is time. Settles with what there is when the signal
 * aborts.
 */
export async function runGroup(
  group: readonly Experiment[],
  spec: GroupRun,
  events: GroupEvents,
  signal: AbortSignal,
): Promise<Results> {
  const { kept, mode, since = "", mostFurther = MOST_FURTHER, hasTime = () => true } = spec;
  const usual = spec.blocks ?? SPENDING[mode].blocks;
  const onResults = async (current: Results) => {
    kept.put(group, current);
    await events.onResults(group, current);
  };
  const begun = kept.unfinished(group);
  let results = begun && begun.startedAt >= since ? begun : undefined;
  let blocks = Math.max(usual, results?.blocks ?? 0);
  for (;;) {
    const resumed = results ? { ...results, blocks } : undefined;
    results = await run(
      { ...runOf(group, spec), blocks, ...(resumed ? { resumed } : {}) },
      { onProgress: events.onProgress, onResults },
      signal,
    );
    const lacks = blocksLacking(group, results.trials);
    const more = Math.min(lacks, usual + mostFurther - blocks);
    if (signal.aborted || more <= 0 || !hasTime(more)) return results;
    blocks += more;
  }
}

/**
 * How many blocks more a group needs until each of its experiments has as many as a verdict needs. Those that failed don't need more, nor do those of
 * which each block was spoiled: what did that is no passing noise.
 */
export function blocksLacking(group: readonly Experiment[], trials: readonly Trial[]): number {
  const lacking = group
    .filter((one) => one.mindsNoise)
    .map(({ label }) => {
      const own = trials.filter(({ scenario }) => scenario === label);
      const blocks = [...new Set(own.map(({ block }) => block))];
      const last = (block: number, transport: string) =>
        own
          .filter((one) => one.block === block && one.transport === transport)
          .sort((a, b) => b.attempt - a.attempt)[0];
      const transports = [...new Set(own.map(({ transport }) => transport))];
      const spoiled = blocks.filter((block) =>
        transports.some((one) => last(block, one)?.state === "invalid"),
      );
      const usable = blocks.length - spoiled.length;
      return spoiled.length === 0 || usable === 0 ? 0 : LEAST_BLOCKS - usable;
    });
  return Math.max(0, ...lacking);
}

function planOf(group: readonly Experiment[], mode: Mode) {
  const [first] = group;
  const transports = (first?.transports ?? []).flatMap((name): TransportEntry[] => {
    const found = findTransport(name);
    return found ? [found] : [];
  });
  const scenarios = group.map(({ scenario }) => scenario);
  return {
    transports,
    scenarios,
    blocks: SPENDING[mode].blocks,
    interleave: canInterleave(transports.map(({ name }) => name)),
    modules: new Map<string, string>(),
    loadProcesses: automaticLoadProcesses(scenarios),
    // Noise voids a trial: what a verdict rests on is no matter of a quick look.
    preset: "standard" as const,
    loop: first?.loop ?? ("open" as const),
    arrivals: null,
    seed: 1,
  };
}

function runOf(
  group: readonly Experiment[],
  { mode, command, cache, modules, noiseVoids = true, retry = true }: GroupRun,
) {
  const plan = planOf(group, mode);
  return {
    ...plan,
    ...(noiseVoids ? {} : { preset: "quick" as const }),
    command,
    groups: groupsOf(plan).groups,
    conformanceOnly: true as const,
    retry,
    ...(cache ? { cache } : {}),
    ...(modules ? { modules } : {}),
  };
}

/** Why this process can't hold open as many files as a group needs; undefined where it can. */
export function whyTooManyFiles(group: readonly Experiment[], mode: Mode): string | undefined {
  try {
    assertFilesSuffice(planOf(group, mode));
    return undefined;
  } catch (error) {
    if (error instanceof CliFailure) return error.message;
    throw error;
  }
}
