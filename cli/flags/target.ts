import type { ReadyScenario } from "../../harness/run/queue.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import { usage } from "../process/failure.ts";

/** Throws for what can't be done to a service that is not the lab's. */
export function refuseForTarget(
  scenarios: readonly ReadyScenario[],
  transports: readonly TransportEntry[],
): void {
  if (!transports.some((one) => one.external)) return;
  if (transports.some((one) => one.external && inTheClear(one.name) !== undefined))
    throw usage("the client decides by the address whether to use TLS; leave out --tls");
  for (const scenario of scenarios) {
    const { link, cluster, faults = [] } = scenario.plan(0);
    const impossible =
      (cluster && "runs the service on several nodes") ??
      (link && "shapes the network before the server") ??
      (faults.length > 0 ? "breaks connections or the server" : undefined);
    if (impossible !== undefined)
      throw usage(
        `${scenario.name} ${impossible}, which the lab can't do to a service that runs already; choose other --scenarios, such as notify, or leave out --target and --broker`,
      );
  }
}
