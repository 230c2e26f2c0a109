import type { Claim } from "../../claims/claim.ts";
import { CLAIMS_SCHEMA, type ClaimsDocument } from "../../claims/document.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import { type Evidence, findingOf } from "../../reports/claims/findings.ts";
import { findTransport } from "../../transports/registry.ts";
import { whyNoEngines } from "../flags/engines-needed.ts";
import { type Experiment, experimentsOf, grouped, groupSeconds } from "./experiments.ts";
import { type GroupEvents, type GroupRun, runGroup, whyTooManyFiles } from "./run-group.ts";

/** What is to be tried, and how. */
export interface ClaimsRun extends GroupRun {
  readonly claims: readonly Claim[];
  /** Those and the ones of earlier runs, whose verdicts are told as well. */
  readonly told: readonly Claim[];
}

export interface ClaimsEvents extends GroupEvents {
  /** A group of experiments begins. */
  onGroup(group: readonly Experiment[], number: number, of: number): void;
  /** After every group, with all that is known by then; awaited. */
  onDocument(document: ClaimsDocument): Promise<void>;
}

/** Why a transport is not here; undefined where it is. */
export function lacking(transport: string): string | undefined {
  return findTransport(transport) ? undefined : `no transport of that name here: ${transport}`;
}

/** The groups of experiments that are still to be measured, and why others can't be. */
export function planned({ claims, told, mode, kept, again }: Omit<ClaimsRun, "command">): {
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
  const evidence: Evidence = {
    lacking,
    trials: (label, transports) =>
      refused.get(label) ?? kept.trials(label, transports) ?? "its experiment has not been run to its end",
  };
  let document = documentOf(spec, evidence);
  for (const [index, group] of groups.entries()) {
    if (signal.aborted) break;
    events.onGroup(group, index + 1, groups.length);
    const results = await runGroup(group, spec, events, signal);
    kept.put(group, results);
    document = documentOf(spec, evidence);
    await events.onDocument(document);
  }
  if (groups.length === 0) await events.onDocument(document);
  return document;
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
