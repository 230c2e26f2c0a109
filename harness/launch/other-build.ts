import type { Environment, Results, Trial } from "../result/result.ts";
import { packageVersions } from "../run/environment.ts";
import type { OtherBuild, RunState } from "../run/run-state.ts";
import type { TransportRef } from "../run/transports.ts";

/** The transport once more, as the other build's processes run it. */
export function inBuild(transport: TransportRef, { root, version }: OtherBuild): TransportRef {
  return { ...transport, name: `${transport.name}@${version}`, build: root };
}

/** The trials of the other build, under the names that it knows its transports by. */
export function trialsOfBuild(trials: readonly Trial[], build: OtherBuild): Trial[] {
  const ending = `@${build.version}`;
  return trials.flatMap((trial) =>
    trial.transport.endsWith(ending)
      ? [{ ...trial, transport: trial.transport.slice(0, -ending.length) }]
      : [],
  );
}

/** What the other build's results begin with: this run's, but for what the build says of itself. */
export function resultsOfBuild(results: Results, build: OtherBuild): Results {
  const { control: _, anatomies: _bytes, journeys: _journeys, clientCosts: _costs, ...rest } = results;
  const environment: Environment = {
    ...results.environment,
    notifLab: build.version,
    gitRevision: null,
    packages: packageVersions(Object.keys(results.environment.packages), build.root),
  };
  const command = `${results.command} (the build ${build.version})`;
  return { ...rest, command, besideBuild: results.environment.notifLab, environment, anatomies: [] };
}

/** The other build's trials of a launch, with the plans that they ran. */
export async function addToBuild(
  state: RunState,
  trials: readonly Trial[],
  plans: Results["plans"],
): Promise<void> {
  if (!state.against) return;
  const { against } = state;
  state.against = {
    ...against,
    plans: { ...against.plans, ...plans },
    trials: [...against.trials, ...trials],
  };
  await state.events.onAgainst?.(state.against);
}
