import { LabError } from "../../core/errors.ts";
import { expose, familiesOf } from "../../harness/service/exposition.ts";
import { Fleet, fleetFamilies } from "../../harness/service/fleet.ts";
import { startWatchServer } from "../../harness/service/watch-server.ts";
import { CliFailure } from "../process/failure.ts";

/** What `bench --metrics` adds to a run; loaded only with it. */
export interface RunMetrics {
  /** For the run, whose servers it is told of. */
  readonly fleet: Fleet;
  readonly url: string;
  close(): Promise<void>;
}

/** Answers on 127.0.0.1 for all servers of a run. Exit code 1 and one line when the port can't be had. */
export async function openRunMetrics(port: number): Promise<RunMetrics> {
  const fleet = new Fleet();
  const at = { host: "127.0.0.1", port };
  const server = await startWatchServer(at, {
    expose: async (accept) => {
      const standings = await fleet.read();
      const services = standings.flatMap(({ state, labels }) => (state ? [{ state, labels }] : []));
      return expose(accept, [...fleetFamilies(standings), ...familiesOf(services)]);
    },
    unready: () => undefined,
  }).catch((error: unknown) => {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  });
  return { fleet, ...server };
}
