import type { ClaimsDocument } from "../../claims/document.ts";
import { whyNoEngines } from "../flags/engines-needed.ts";
import { CliFailure } from "../process/failure.ts";
import { type ClaimsTold, documentOf, type Progress } from "./claims-document.ts";
import {
  type Experiment,
  experimentsOf,
  grouped,
  groupSeconds,
  SPENDING,
  trialsSeconds,
} from "./experiments.ts";
import { createPace } from "./pace.ts";
import { type GroupEvents, type GroupRun, runGroup, whyTooManyFiles } from "./run-group.ts";
import { voidExperiments } from "./void-experiments.ts";

/** What is to be tried, and how. */
export interface ClaimsRun extends GroupRun, Omit<ClaimsTold, "kept"> {
  /** Whether the claims were asked for by name: then what is kept without a figure is tried again. */
  readonly named: boolean;
}

export interface ClaimsEvents extends GroupEvents {
  /** A group of experiments begins. */
  onGroup(group: readonly Experiment[], number: number, of: number): void;
  /** A group has failed, which the others go on without. */
  onFailed?(group: readonly Experiment[], error: unknown): void;
  /** After every group, with all that is known by then; awaited. */
  onDocument(document: ClaimsDocument): Promise<void>;
}

/** What a run of claims came to. */
export interface ClaimsOutcome {
  readonly document: ClaimsDocument;
  /** How many groups of experiments were to be run, how many of them were not run to their end, and about how long those take. */
  readonly groups: number;
  readonly left: number;
  readonly secondsLeft: number;
}

/** The groups of experiments that are still to be measured, and why others can't be. */
export function planned({
  claims,
  told,
  named,
  mode,
  lacking,
  kept,
  since = "",
}: Pick<ClaimsRun, "claims" | "told" | "named" | "mode" | "lacking" | "kept" | "since">): {
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
  const empty = named ? voidExperiments(claims, mode, kept) : new Set<string>();
  const isDone = ({ label, transports }: Experiment) => {
    const run = kept.results(label, transports);
    return run !== undefined && run.startedAt >= since && !empty.has(label);
  };
  const open = experimentsOf(claims, mode, isHere).filter(({ label }) => !refused.has(label));
  const isTriedAgain = (group: readonly Experiment[]) => group.some(({ label }) => empty.has(label));
  // What was never measured comes first: what noise has spoiled may be spoiled again, each time that the command goes on.
  const groups = grouped(open.filter((one) => !isDone(one))).sort(
    (a, b) => Number(isTriedAgain(a)) - Number(isTriedAgain(b)),
  );
  return { groups, refused, seconds: groups.reduce((sum, group) => sum + groupSeconds(group, mode), 0) };
}

/**
 * Measures what is not kept yet, group by group, and tells the verdicts after each; what a group that fails was for can't be told. Settles with the
 * last document; when the signal aborts, with what is known by then.
 */
export async function runClaims(
  spec: ClaimsRun,
  events: ClaimsEvents,
  signal: AbortSignal,
): Promise<ClaimsOutcome> {
  const { kept, mode } = spec;
  const { groups, refused } = planned(spec);
  const failed = new Map<string, string>();
  const left = new Set(groups);
  const { minutes, blocks: usual } = SPENDING[mode];
  const due = performance.now() + minutes * 60_000;
  const pace = createPace(PRIOR_SECONDS);
  const secondsOf = (group: readonly Experiment[] = []) => groupSeconds(group, mode) * pace.now();
  /** Whether more blocks of a group leave those behind it the time that they take. */
  const hasTime = (index: number, blocks: number) => {
    const more = (secondsOf(groups[index]) / usual) * blocks;
    const rest = groups.slice(index + 1).reduce((sum, group) => sum + secondsOf(group), more);
    return performance.now() + rest * 1_000 < due;
  };
  const tell = (progress: Progress) =>
    documentOf(spec, { reasons: new Map([...refused, ...failed]), progress, isWhole: left.size === 0 });
  let document = tell("under way");
  for (const [index, group] of groups.entries()) {
    // It may take a little longer than the time that is left; what does not begin now, the same command begins later.
    if (signal.aborted) break;
    if (performance.now() + 1_000 * LEAST_OF_IT * secondsOf(group) > due) continue;
    events.onGroup(group, index + 1, groups.length);
    const sparing = {
      // A quick run has no time to try again at once: what noise spoils is made up for by blocks. A whole one has where all of it may be tried twice.
      retry: mode !== "quick" && hasTime(index, 2 * usual),
      hasTime: (blocks: number) => hasTime(index, blocks),
    };
    try {
      const began = performance.now();
      const begun = kept.unfinished(group);
      const results = await runGroup(group, { ...spec, ...sparing }, events, signal);
      const known = begun?.startedAt === results.startedAt ? begun.trials.length : 0;
      const byPlan = trialsSeconds(group, results.trials.length - known, mode);
      pace.learn(byPlan, (performance.now() - began) / 1_000);
      if (results.finishedAt !== undefined) left.delete(group);
    } catch (error) {
      // What the user has to mend, a full disk or wrong words, would befall the others as well.
      if (signal.aborted || error instanceof CliFailure) throw error;
      events.onFailed?.(group, error);
      left.delete(group);
      for (const { label } of group) failed.set(label, `its experiment failed: ${messageOf(error)}`);
    }
    document = tell("under way");
    await events.onDocument(document);
  }
  const isEnd = !signal.aborted;
  if (groups.length === 0 || left.size > 0) {
    document = tell(isEnd ? "out of time" : "interrupted");
    await events.onDocument(document);
  }
  const secondsLeft = [...left].reduce((sum, group) => sum + secondsOf(group), 0);
  return { document, groups: groups.length, left: left.size, secondsLeft };
}

/** How much of a group there must be time for: its estimate is mostly more than it takes. */
const LEAST_OF_IT = 0.8;
/** As if so many seconds had gone by plan: what takes long once does not turn the whole estimate. */
const PRIOR_SECONDS = 60;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
