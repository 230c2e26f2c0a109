import { whyInOnePiece } from "../../harness/launch/slicing.ts";
import { openFilesLimit } from "../../harness/run/environment.ts";
import { needsRelay } from "../../scenarios/users.ts";
import { usage } from "../process/failure.ts";
import type { BenchPlan } from "./bench-plan.ts";

/** What a process has open besides its clients' sockets. */
export const OPEN_BESIDES = 200;

/** Refuses, in one line, a plan whose server or relay would have more open than a process may. */
export function assertFilesSuffice(plan: BenchPlan, limit = openFilesLimit()): void {
  const sliced = plan.scenarios.filter((one) => plan.interleave && whyInOnePiece(one.plan(0)) === undefined);
  const ofSliced = sliced.reduce((sum, { params }) => sum + (params.connections ?? 0), 0);
  const needs = plan.scenarios.flatMap((scenario) => {
    // A launch's processes hold the clients of all its scenarios.
    const connections = sliced.includes(scenario) ? ofSliced : (scenario.params.connections ?? 0);
    // A relay has the client's socket and its own to the server.
    const ends = needsRelay(scenario.plan(0)) ? 2 : 1;
    return plan.transports.map(({ name, socketsPerClient = 1 }) => ({
      name,
      connections,
      files: ends * socketsPerClient * connections + OPEN_BESIDES,
    }));
  });
  const [most] = needs.sort((a, b) => b.files - a.files);
  if (limit === null || !most || most.files <= limit) return;
  throw usage(
    `${most.connections} connections on ${most.name} need ${most.files} open files in one process and the limit is ${limit}; ` +
      `run "ulimit -n ${most.files}" first${sliced.length > 1 ? ", or measure one scenario at a time (--no-interleave)" : ""}`,
  );
}
