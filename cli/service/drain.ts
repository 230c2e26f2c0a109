import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { TransportServer } from "../../transports/port/transport.ts";

/** How often some of the sessions are ended. */
const STEP_MS = 100;

const LEAVING = new LabError("closed", "this server is closing; connect again");

/**
 * Refuses new connections and tells the clients to move, spread over the time so that they don't all come to the other nodes at once. Settles
 * when no session is left, which is not later than that.
 */
export async function drain(hub: Hub, servers: readonly TransportServer[], seconds: number): Promise<void> {
  for (const server of servers) server.stopAccepting?.();
  for (let left = Math.ceil((1_000 * seconds) / STEP_MS); left > 0; left -= 1) {
    const { sessions } = hub.counters;
    if (sessions === 0 || hub.endSessions(Math.ceil(sessions / left), LEAVING) === 0) return;
    await sleep(STEP_MS);
  }
}
