import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Mode } from "../../claims/claim.ts";
import type { Environment, Results, Trial } from "../../harness/result/result.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import { readResults } from "../output/results-file.ts";
import { statOrNothing } from "../output/whole-file.ts";
import type { Experiment } from "./experiments.ts";

/** The runs of experiments in a folder, each a results file of its own. */
export interface KeptRuns {
  /** The trials of these transports in one finished run of the experiment; undefined where there is none. */
  trials(experiment: string, transports: readonly string[]): readonly Trial[] | undefined;
  /** The finished run that these trials are of. */
  results(experiment: string, transports: readonly string[]): Results | undefined;
  /** The unfinished run of this very group. */
  unfinished(group: readonly Experiment[]): Results | undefined;
  /** Takes a run in, in place of what the group had. */
  put(group: readonly Experiment[], results: Results): void;
}

/** The name of a group's file: the same experiments on the same transports have the same. */
export function fileOf(group: readonly Experiment[], mode: Mode): string {
  const identity = group.map(({ label, loop, transports, scenario }) => [
    label,
    loop,
    transports,
    scenario.params,
  ]);
  const hash = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 12);
  return `${mode}-${hash}.json`;
}

/** Reads what a folder has of this mode, this machine and this version; damaged files and those of others count as not there. */
export async function readKeptRuns(folder: string, mode: Mode): Promise<KeptRuns> {
  const here = captureEnvironment([]);
  const found = new Map<string, Results>();
  const names = (await statOrNothing(folder))?.isDirectory() ? await readdir(folder) : [];
  for (const name of names.filter((one) => one.startsWith(`${mode}-`) && one.endsWith(".json"))) {
    const results = await readResults(join(folder, name)).catch(() => undefined);
    if (results && isOfHere(results.environment, here)) found.set(name, results);
  }
  return keptRuns(mode, found);
}

/** Runs by the names of their files; none yet unless there are some. */
export function keptRuns(mode: Mode, found = new Map<string, Results>()): KeptRuns {
  const finished = (experiment: string, transports: readonly string[]) => {
    for (const results of found.values()) {
      const trials = results.trials.filter(({ scenario }) => scenario === experiment);
      const isWhole = (transport: string) => trials.some((one) => one.transport === transport);
      if (results.finishedAt && transports.every(isWhole)) return { results, trials };
    }
    return undefined;
  };
  return {
    trials: (experiment, transports) => finished(experiment, transports)?.trials,
    results: (experiment, transports) => finished(experiment, transports)?.results,
    unfinished: (group) => {
      const results = found.get(fileOf(group, mode));
      return results?.finishedAt ? undefined : results;
    },
    put: (group, results) => void found.set(fileOf(group, mode), results),
  };
}

function isOfHere(kept: Environment, here: Environment): boolean {
  const same: readonly (keyof Environment)[] = [
    "notifLab",
    "gitRevision",
    "node",
    "cpuModel",
    "cpus",
    "kernel",
  ];
  return same.every((key) => kept[key] === here[key]);
}
