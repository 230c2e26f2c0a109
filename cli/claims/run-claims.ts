import type { Claim, Mode } from "../../claims/claim.ts";
import { CLAIMS_SCHEMA, type ClaimsDocument } from "../../claims/document.ts";
import { LEAST_BLOCKS } from "../../claims/verdict.ts";
import type { Results, Trial } from "../../harness/result/result.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import type { PreparationCache } from "../../harness/run/preparation.ts";
import { type RunEvents, run } from "../../harness/run/run.ts";
import { type Evidence, findingOf } from "../../reports/claims/findings.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { findTransport } from "../../transports/registry.ts";
import { whyNoEngines } from "../flags/engines-needed.ts";
import { automaticLoadProcesses } from "../flags/load-processes.ts";
import { groupsOf } from "../flags/memory.ts";
import { assertFilesSuffice } from "../flags/open-files.ts";
import { CliFailure } from "../process/failure.ts";
import { type Experiment, experimentsOf, grouped, groupSeconds, SPENDING } from "./experiments.ts";
import type { KeptRuns } from "./kept-runs.ts";
import type { Lacking } from "./lacking.ts";

/** What is to be tried, and how. */
export interface ClaimsRun {
  readonly claims: readonly Claim[];
  /** Those and the ones of earlier runs, whose verdicts are told as well. */
  readonly told: readonly Claim[];
  readonly mode: Mode;
  readonly lacking: Lacking;
  readonly kept: KeptRuns;
  readonly command: string;
  /** Measured again although they are kept. */
  readonly again: boolean;
  readonly cache?: PreparationCache | undefined;
  /** Noise voids a trial, default true; where what is looked for is far larger than any noise, it need not. */
  readonly noiseVoids?: boolean;
  /** Transports that take the place of the registry's under the same names: file URLs of their modules. */
  readonly modules?: ReadonlyMap<string, string>;
}

export interface ClaimsEvents extends Pick<RunEvents, "onProgress"> {
  /** A group of experiments begins. */
  onGroup(group: readonly Experiment[], number: number, of: number): void;
  /** After every trial of a group; awaited, so that nothing that is finished is lost. */
  onResults(group: readonly Experiment[], results: Results): Promise<void>;
  /** After every group, with all that is known by then; awaited. */
  onDocument(document: ClaimsDocument): Promise<void>;
}

/** The groups of experiments that are still to be measured, and why others can't be. */
export function planned({ claims, told, mode, lacking, kept, again }: Omit<ClaimsRun, "command">): {
  readonly groups: readonly (readonly Experiment[])[];
  readonly refused: ReadonlyMap<string, string>;
  readonly seconds: number;
} {
  const isHere = (name: string) => lacking(name) === undefined;
  const refused = new Map<string, string>();
  for (const one of experimentsOf(told, mode, isHere)) {
    const reason = whyNoEngines(one.scenario) ?? whyTooManyFiles([one], mode);
    if (reason !== undefined) refused.set(one.label, reason);
  }
  const open = experimentsOf(claims, mode, isHere).filter(({ label }) => !refused.has(label));
  const groups = grouped(open.filter((one) => again || !kept.trials(one.label, one.transports)));
  return { groups, refused, seconds: groups.reduce((sum, group) => sum + groupSeconds(group, mode), 0) };
}

/**
 * Measures what is not kept yet, group by group, and tells the verdicts after each. Settles with the last document; when the signal aborts,
 * with what is known by then.
 */
export async function runClaims(
  spec: ClaimsRun,
  events: ClaimsEvents,
  signal: AbortSignal,
): Promise<ClaimsDocument> {
  const { kept } = spec;
  const { groups, refused } = planned(spec);
  const due = performance.now() + SPENDING[spec.mode].minutes * 60_000;
  /** Whether more blocks of a group leave those behind it the time that they take. */
  const hasTime = (index: number, blocks: number) => {
    const secondsOf = (group: readonly Experiment[] = []) => groupSeconds(group, spec.mode);
    const more = (secondsOf(groups[index]) / SPENDING[spec.mode].blocks) * blocks;
    const left = groups.slice(index + 1).reduce((sum, group) => sum + secondsOf(group), more);
    return performance.now() + left * 1_000 < due;
  };
  const evidence: Evidence = {
    lacking: spec.lacking,
    trials: (label, transports) => refused.get(label) ?? kept.trials(label, transports) ?? NOT_RUN,
  };
  let document = documentOf(spec, evidence);
  for (const [index, group] of groups.entries()) {
    // It may take a little longer than the time that is left; what does not begin now, the same command begins later.
    if (signal.aborted || performance.now() + 500 * groupSeconds(group, spec.mode) > due) break;
    events.onGroup(group, index + 1, groups.length);
    const results = await runGroup(group, spec, events, signal, (blocks) => hasTime(index, blocks));
    kept.put(group, results);
    document = documentOf(spec, evidence);
    await events.onDocument(document);
  }
  if (groups.length === 0) await events.onDocument(document);
  return document;
}

/**
 * Runs a group to its end; where noise has left too few blocks for a verdict, some more if there is time. Settles with what there is when the signal
 * aborts.
 */
async function runGroup(
  group: readonly Experiment[],
  spec: ClaimsRun,
  events: ClaimsEvents,
  signal: AbortSignal,
  hasTime: (blocks: number) => boolean,
): Promise<Results> {
  const { kept, mode, again } = spec;
  const usual = SPENDING[mode].blocks;
  const onResults = async (current: Results) => {
    kept.put(group, current);
    await events.onResults(group, current);
  };
  let results = again ? undefined : kept.unfinished(group);
  let blocks = Math.max(usual, results?.blocks ?? 0);
  for (;;) {
    const resumed = results ? { ...results, blocks } : undefined;
    results = await run(
      { ...runOf(group, spec), blocks, ...(resumed ? { resumed } : {}) },
      { onProgress: events.onProgress, onResults },
      signal,
    );
    const lacks = blocksLacking(group, results.trials);
    const more = Math.min(lacks, usual + MOST_FURTHER - blocks);
    if (signal.aborted || more <= 0 || !hasTime(more)) return results;
    blocks += more;
  }
}

const NOT_RUN = "its experiment has not been run to its end; the same command goes on with it";

/** Blocks that a group gets at most beyond the usual ones, in place of those that noise spoiled. */
const MOST_FURTHER = 3;

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

function documentOf({ told, mode, command }: ClaimsRun, evidence: Evidence): ClaimsDocument {
  const { cpuModel, cpus, node, notifLab } = captureEnvironment([]);
  return {
    schema: CLAIMS_SCHEMA,
    at: new Date().toISOString(),
    mode,
    machine: `${cpuModel}, ${cpus} CPUs, Node.js ${node}, notif-lab ${notifLab}`,
    command,
    findings: told.map((claim) => findingOf(claim, mode, evidence)),
  };
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
    interleave: true,
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
  { mode, command, cache, modules, noiseVoids = true }: ClaimsRun,
) {
  const plan = planOf(group, mode);
  return {
    ...plan,
    ...(noiseVoids ? {} : { preset: "quick" as const }),
    command,
    groups: groupsOf(plan).groups,
    conformanceOnly: true as const,
    // A quick run has no time for it: what noise spoils is made up for by blocks, where it does.
    retry: mode !== "quick",
    ...(cache ? { cache } : {}),
    ...(modules ? { modules } : {}),
  };
}

function whyTooManyFiles(group: readonly Experiment[], mode: Mode): string | undefined {
  try {
    assertFilesSuffice(planOf(group, mode));
    return undefined;
  } catch (error) {
    if (error instanceof CliFailure) return error.message;
    throw error;
  }
}
