import type { Claim } from "../../claims/claim.ts";
import { CLAIMS_SCHEMA, type ClaimsDocument } from "../../claims/document.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import { type Evidence, findingOf } from "../../reports/claims/findings.ts";
import { whyNoEngines } from "../flags/engines-needed.ts";
import { CliFailure } from "../process/failure.ts";
import { type Experiment, experimentsOf, grouped, groupSeconds, SPENDING } from "./experiments.ts";
import type { Lacking } from "./lacking.ts";
import { createPace } from "./pace.ts";
import { type GroupEvents, type GroupRun, runGroup, whyTooManyFiles } from "./run-group.ts";

/** What is to be tried, and how. */
export interface ClaimsRun extends GroupRun {
  readonly claims: readonly Claim[];
  /** Those and the ones of earlier runs, whose verdicts are told as well. */
  readonly told: readonly Claim[];
  readonly lacking: Lacking;
}

export interface ClaimsEvents extends GroupEvents {
  /** A group of experiments begins. */
  onGroup(group: readonly Experiment[], number: number, of: number): void;
  /** A group has failed, which the others go on without. */
  onFailed?(group: readonly Experiment[], error: unknown): void;
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
 * Measures what is not kept yet, group by group, and tells the verdicts after each; what a group that fails was for can't be told. Settles with the
 * last document; when the signal aborts, with what is known by then.
 */
export async function runClaims(
  spec: ClaimsRun,
  events: ClaimsEvents,
  signal: AbortSignal,
): Promise<ClaimsDocument> {
  const { kept } = spec;
  const { groups, refused } = planned(spec);
  const failed = new Map<string, string>();
  const due = performance.now() + SPENDING[spec.mode].minutes * 60_000;
  const pace = createPace(PRIOR_SECONDS);
  const secondsOf = (group: readonly Experiment[] = []) => groupSeconds(group, spec.mode) * pace.now();
  /** Whether more blocks of a group leave those behind it the time that they take. */
  const hasTime = (index: number, blocks: number) => {
    const more = (secondsOf(groups[index]) / SPENDING[spec.mode].blocks) * blocks;
    const left = groups.slice(index + 1).reduce((sum, group) => sum + secondsOf(group), more);
    return performance.now() + left * 1_000 < due;
  };
  const evidence: Evidence = {
    lacking: spec.lacking,
    trials: (label, transports) =>
      refused.get(label) ?? failed.get(label) ?? kept.trials(label, transports) ?? NOT_RUN,
  };
  let document = documentOf(spec, evidence);
  for (const [index, group] of groups.entries()) {
    // It may take a little longer than the time that is left; what does not begin now, the same command begins later.
    if (signal.aborted) break;
    if (performance.now() + 1_000 * LEAST_OF_IT * secondsOf(group) > due) continue;
    events.onGroup(group, index + 1, groups.length);
    // A quick run has no time to try again at once: what noise spoils is made up for by blocks.
    const sparing = {
      retry: spec.mode !== "quick",
      hasTime: (blocks: number) => hasTime(index, blocks),
    };
    try {
      const began = performance.now();
      kept.put(group, await runGroup(group, { ...spec, ...sparing }, events, signal));
      pace.learn(groupSeconds(group, spec.mode), (performance.now() - began) / 1_000);
    } catch (error) {
      // What the user has to mend, a full disk or wrong words, would befall the others as well.
      if (signal.aborted || error instanceof CliFailure) throw error;
      events.onFailed?.(group, error);
      for (const { label } of group) failed.set(label, `its experiment failed: ${messageOf(error)}`);
    }
    document = documentOf(spec, evidence);
    await events.onDocument(document);
  }
  if (groups.length === 0) await events.onDocument(document);
  return document;
}

/** How much of a group there must be time for: its estimate is mostly more than it takes. */
const LEAST_OF_IT = 0.8;
/** As if so many seconds had gone by plan: what takes long once does not turn the whole estimate. */
const PRIOR_SECONDS = 60;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NOT_RUN = "its experiment has not been run to its end; the same command goes on with it";

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
