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
  /** The trials of these transports in the newest finished run of the experiment that has them all; undefined where there is none. */
  trials(experiment: string, transports: readonly string[]): readonly Trial[] | undefined;
  /** The finished run that these trials are of. */
  results(experiment: string, transports: readonly string[]): Results | undefined;
  /** The unfinished run of this very group. */
  unfinished(group: readonly Experiment[]): Results | undefined;
  /** Takes a run in; what the group has finished stays until the new run is finished as well. */
  put(group: readonly Experiment[], results: Results): void;
  /** The file of the run that was put last. */
  fileOf(group: readonly Experiment[]): string;
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
    const runs = [...found.values()].flatMap((results) => {
      const trials = results.trials.filter(({ scenario }) => scenario === experiment);
      const isWhole = (transport: string) => trials.some((one) => one.transport === transport);
      return results.finishedAt && transports.every(isWhole) ? [{ results, trials }] : [];
    });
    return runs.reduce<(typeof runs)[number] | undefined>(
      (newest, one) => (endOf(one.results) >= endOf(newest?.results) ? one : newest),
      undefined,
    );
  };
  /** The group's file with this run in it, else the one that does not have the newest finished run. */
  const fileFor = (group: readonly Experiment[], { startedAt }: Results) => {
    const [first, second] = filesOf(group, mode);
    const own = [first, second].find((name) => found.get(name)?.startedAt === startedAt);
    return own ?? (endOf(found.get(first)) > endOf(found.get(second)) ? second : first);
  };
  const last = new Map<string, string>();
  return {
    trials: (experiment, transports) => finished(experiment, transports)?.trials,
    results: (experiment, transports) => finished(experiment, transports)?.results,
    unfinished: (group) =>
      filesOf(group, mode)
        .flatMap((name) => found.get(name) ?? [])
        .find(({ finishedAt }) => finishedAt === undefined),
    put: (group, results) => {
      const name = fileFor(group, results);
      found.set(name, results);
      last.set(fileOf(group, mode), name);
    },
    fileOf: (group) => last.get(fileOf(group, mode)) ?? fileOf(group, mode),
  };
}

/** A group has two, so that what is measured again does not take the place of what is finished before it is. */
function filesOf(group: readonly Experiment[], mode: Mode): readonly [string, string] {
  const first = fileOf(group, mode);
  return [first, first.replace(/\.json$/, "-b.json")];
}

/** ISO times, which sort as text; an unfinished run comes before all others. */
function endOf(results: Results | undefined): string {
  return results?.finishedAt ?? "";
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
