import type { Claim, Mode } from "../../claims/claim.ts";
import { CLAIMS_SCHEMA, type ClaimsDocument, type Finding } from "../../claims/document.ts";
import { labelOf } from "../../claims/setup.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import { findingOf, transportsOf } from "../../reports/claims/findings.ts";
import { setupsOf } from "./experiments.ts";
import type { KeptRuns } from "./kept-runs.ts";
import type { Lacking } from "./lacking.ts";

/** Of what claims are told. */
export interface ClaimsTold {
  /** Those that were asked for. */
  readonly claims: readonly Claim[];
  /** Those and the ones of earlier runs, whose verdicts are told as well. */
  readonly told: readonly Claim[];
  readonly mode: Mode;
  readonly lacking: Lacking;
  readonly kept: Pick<KeptRuns, "trials" | "results">;
  /** The command line that does it again. */
  readonly command: string;
  /** What began before is to be measured again. */
  readonly since?: string | undefined;
}

/** How far a run is, of which experiments are left. */
export type Progress = "under way" | "interrupted" | "out of time";

/** Why there are no trials of what the command itself is to run. */
const LEFT: Record<Progress, string> = {
  "under way": "its experiment has not been run yet; the same command goes on with it",
  interrupted:
    "the run was interrupted before its experiment was at its end; the same command goes on with it",
  "out of time": "no time was left for its experiment; the same command goes on with it",
};

interface State {
  /** Why experiments have no trials, by their label. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly progress: Progress;
  /** Whether nothing is left. */
  readonly isWhole: boolean;
}

/** On what claims are tried here, with which versions. */
export function machineText(): string {
  const { cpuModel, cpus, node, notifLab } = captureEnvironment([]);
  return `${cpuModel}, ${cpus} CPUs, Node.js ${node}, notif-lab ${notifLab}`;
}

/** All that is known of the claims. */
export function documentOf(run: ClaimsTold, state: State): ClaimsDocument {
  const { told, mode, command, since } = run;
  return {
    schema: CLAIMS_SCHEMA,
    at: new Date().toISOString(),
    mode,
    machine: machineText(),
    command,
    ...(since === undefined || state.isWhole ? {} : { againSince: since }),
    findings: told.map((claim) => ({ ...foundOf(claim, run, state), ...measuredOf(claim, run) })),
  };
}

function foundOf(claim: Claim, { claims, mode, lacking, kept }: ClaimsTold, state: State): Finding {
  const why = claims.includes(claim)
    ? LEFT[state.progress]
    : `this version has not finished its experiment on this machine; \`notif-lab claims run ${claim.id}${mode === "quick" ? " --quick" : ""}\` does`;
  return findingOf(claim, mode, {
    lacking,
    trials: (label, transports) => kept.trials(label, transports) ?? state.reasons.get(label) ?? why,
  });
}

/** By which commands a claim's figures were measured, and from when to when. */
function measuredOf({ readings }: Claim, { mode, kept }: ClaimsTold): Pick<Finding, "measured"> {
  const runs = readings.flatMap((reading) =>
    reading.kind === "measured"
      ? setupsOf(reading, mode).flatMap(
          (setup) => kept.results(labelOf(setup, mode), transportsOf(reading)) ?? [],
        )
      : [],
  );
  const measured = [...new Set(runs.map(({ command }) => command))].map((command) => {
    const own = runs.filter((one) => one.command === command);
    const [from = ""] = own.map(({ startedAt }) => startedAt).sort();
    const to =
      own
        .map(({ startedAt, finishedAt = startedAt }) => finishedAt)
        .sort()
        .at(-1) ?? from;
    return { command, from, to };
  });
  return measured.length === 0 ? {} : { measured };
}
