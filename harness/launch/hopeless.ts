import { cpus } from "node:os";
import { transportBehind } from "../result/control-name.ts";
import { isDisturbed } from "../result/host-disturbance.ts";
import { launchesRun } from "../result/launches-run.ts";
import type { Metrics, Results, Trial } from "../result/result.ts";
import { LEAST_LAUNCHES } from "../statistics/all-pairs.ts";

/** The least share of its trials that the machine has to have disturbed before a run is given up. */
const HALF = 0.5;

/** Launches that were run when a run was given up, and why. */
export type Stopped = NonNullable<NonNullable<Results["launches"]>["stopped"]>;

/** What this reads of a trial. */
export interface Disturbable extends Pick<Trial, "transport" | "scenario" | "block" | "state"> {
  readonly metrics?: Pick<Metrics, "host"> | undefined;
}

/**
 * Why a run need not go on: the machine disturbed half of its trials or more, and whatever its other launches bring, no two transports can have
 * enough of them in common to be compared. Undefined where there is hope, where there was nothing to compare, and after the last launch.
 */
export function hopeless({
  transports,
  transportFacts,
  launches,
  trials,
  blocks,
}: Pick<Results, "transports" | "transportFacts" | "launches" | "blocks"> & {
  readonly trials: readonly Disturbable[];
}): Stopped | undefined {
  const done = launchesRun({ launches, trials });
  const left = blocks - done;
  if (left <= 0 || blocks < LEAST_LAUNCHES) return undefined;
  const disturbed = trials.filter((trial) => isDisturbed(trial, cpus().length)).length;
  if (disturbed < HALF * trials.length) return undefined;
  const candidates = transports.filter(
    (one) => transportBehind(one) === one && transportFacts?.[one]?.baseline !== true,
  );
  if (candidates.length < 2) return undefined;
  const completed = (transport: string, scenario: string) =>
    trials
      .filter((one) => one.transport === transport && one.scenario === scenario && one.state === "completed")
      .map(({ block }) => block);
  const hasHope = (launches?.scenarios ?? []).some(({ name }) => {
    const blocksOf = candidates.map((transport) => completed(transport, name));
    return blocksOf.some((own, index) =>
      blocksOf
        .slice(index + 1)
        .some((others) => own.filter((block) => others.includes(block)).length + left >= LEAST_LAUNCHES),
    );
  });
  return hasHope ? undefined : { after: done, planned: blocks, disturbed, trials: trials.length };
}
