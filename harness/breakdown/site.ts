import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_HEARTBEAT, type HeartbeatSettings } from "../../core/heartbeat.ts";
import type { HubEvent } from "../../core/notification.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { type PlannedUser, usersOf } from "../../scenarios/users.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { TransportClient } from "../../transports/port/transport.ts";
import type { SocketMeter } from "../measurement/socket-meter.ts";
import { withMeteredServer } from "./metered-server.ts";
import { openRelay, type Relay } from "./relay.ts";

/** A moment of a recording in which nothing was under way, and what was counted until then. */
export interface Mark {
  readonly chunks: number;
  readonly relay: { readonly in: number; readonly out: number };
  readonly meter: { readonly in: number; readonly out: number };
}

/** A server of the transport, its meter, the relay before it, and the users who come through the relay. */
export interface Site {
  readonly relay: Relay;
  readonly clients: ReadonlyMap<number, TransportClient>;
  /** Settles with the first moment at which relay and meter agree and nothing moves; after 3 s with what there is. */
  quiet(): Promise<Mark>;
  /** Settles when nothing is left open. */
  close(): Promise<void>;
}

const QUIET_MS = 30;
const STEP_MS = 5;
const PATIENCE_MS = 3_000;

/** Serves the transport and connects all users of the plan, following what it says. `heartbeat` is for both ends. */
export function openSite(
  transport: TransportEntry,
  plan: Plan,
  onEvent: (user: PlannedUser, client: TransportClient, event: HubEvent) => void,
  heartbeat: HeartbeatSettings = DEFAULT_HEARTBEAT,
): Promise<Site> {
  const maxBodyCharacters = Math.max(...plan.traffic.map(({ payloadCharacters }) => payloadCharacters));
  return withMeteredServer(
    transport,
    { maxBodyCharacters, heartbeat },
    async ({ endpoint, meter, issue, closeToo }) => {
      const relay = await openRelay(endpoint);
      closeToo(() => relay.close());
      const clients = new Map<number, TransportClient>();
      closeToo(() => Promise.all([...clients.values()].map((client) => client.close())));
      for (const user of usersOf(plan)) {
        const client = await transport.connect(relay.endpoint, {
          token: issue(user.id),
          reconnect: { attempts: 0, delayMs: 0, jitter: 0 },
          heartbeat,
        });
        clients.set(user.index, client);
        for (const channel of user.channels)
          await client.subscribe(channel, (event) => onEvent(user, client, event));
      }
      return { relay, clients, quiet: () => quiet(relay, meter) };
    },
  );
}

/** No event tells that a byte is not on its way, so relay and meter are asked until they have agreed for a while. */
export async function quiet(
  relay: Pick<Relay, "recording" | "passed">,
  meter: Pick<SocketMeter, "read">,
): Promise<Mark> {
  const deadline = performance.now() + PATIENCE_MS;
  let since = performance.now();
  for (let last = ""; ; ) {
    const { bytesIn, bytesOut } = meter.read();
    const { in: passedIn, out: passedOut } = relay.passed;
    const now = performance.now();
    const state = `${passedIn} ${passedOut}`;
    if (state !== last || bytesIn !== passedIn || bytesOut !== passedOut) since = now;
    if (now - since >= QUIET_MS || now > deadline)
      return {
        chunks: relay.recording.length,
        relay: { ...relay.passed },
        meter: { in: bytesIn, out: bytesOut },
      };
    last = state;
    await sleep(STEP_MS);
  }
}
