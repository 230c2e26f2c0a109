import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { Endpoint, Transport, TransportClient } from "../../transports/port/transport.ts";
import { jwtIssuer } from "../../transports/session/jwt.ts";
import { loopbackAddress } from "../processes/source-address.ts";

/** Longer than health checks take to find that a node is up, in any balancer's usual settings. */
const PATIENCE_MS = 15_000;
const AGAIN_MS = 200;
const CONNECT_MS = 2_000;
/** Clients that stand at once; more of them tell no more. */
const MOST_CLIENTS = 64;
/** Apart from those of the load processes, which begin at 127.0.1. */
const SOURCES = 99;

/**
 * Connects clients through a balancer that is not the lab's until each node has one, and closes them. `missing` tells which nodes, as
 * `host:port`, have none. Rejects with `unreachable` and what to look at.
 */
export async function reachEveryNode(
  transport: Transport,
  entry: Endpoint,
  secret: string,
  missing: () => Promise<readonly string[]>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const token = jwtIssuer(secret)("lab");
  const clients: TransportClient[] = [];
  const { host } = new URL(entry.url);
  let refusal = "";
  try {
    for (const due = performance.now() + patienceMs; ; await sleep(AGAIN_MS)) {
      const localAddress = loopbackAddress(entry, SOURCES, clients.length + 1);
      try {
        clients.push(
          await transport.connect(entry, {
            token,
            reconnect: { attempts: 0, delayMs: 0, jitter: 0 },
            connectTimeoutMs: CONNECT_MS,
            ...(localAddress === undefined ? {} : { localAddress }),
          }),
        );
      } catch (error) {
        refusal = LabError.from(error).message;
      }
      const without = await missing();
      if (without.length === 0) return;
      if (performance.now() < due && clients.length < MOST_CLIENTS) continue;
      const places = without.join(", ");
      throw new LabError(
        "unreachable",
        clients.length === 0
          ? `nobody gets through the balancer at ${host} (${refusal}); the nodes that it has to pass on to are ${places}`
          : `the balancer at ${host} passed none of ${clients.length} clients on to ${places}; it has to know these nodes, or leave them out of --node-ports`,
      );
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}
