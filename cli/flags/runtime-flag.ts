import { LabError } from "../../core/errors.ts";
import { type OtherRuntime, versionOfRuntime } from "../../harness/processes/runtimes.ts";
import type { Environment } from "../../harness/result/result.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { CliFailure, usage } from "../process/failure.ts";

type ServerRuntime = NonNullable<Environment["serverRuntime"]>;

/** What is to run the servers where that is not Node.js. Fails with one line where it is not installed, or another flag asks for what it can't. */
export function runtimeOf(
  { runtime = "node", metrics, target, against, againstVersion }: BenchFlags,
  transports: readonly TransportEntry[],
): ServerRuntime | undefined {
  if (runtime === "node") return undefined;
  const without = (flag: string) => usage(`${flag} needs servers on Node.js; leave out --runtime or ${flag}`);
  if (metrics !== undefined) throw without("--metrics");
  if (target !== undefined || transports.some(({ external }) => external))
    throw usage("the service at --target or --broker runs already, on whatever it runs; leave out --runtime");
  if (against !== undefined || againstVersion !== undefined) throw without("--against");
  return installed(runtime);
}

/** For a run that goes on. Fails where the same version is not here any more. */
export function sameRuntime({ name, version }: ServerRuntime): ServerRuntime {
  const here = installed(name);
  if (here.version === version) return here;
  throw new CliFailure(
    1,
    `the servers of the run were on ${name} ${version}, and here is ${here.version}: npm install ${name}@${version}`,
  );
}

function installed(name: OtherRuntime): ServerRuntime {
  try {
    return { name, version: versionOfRuntime(name) };
  } catch (error) {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  }
}
