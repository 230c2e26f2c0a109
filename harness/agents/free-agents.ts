import { announced } from "./announced.ts";
import { clockBoundUs } from "./clock-bound.ts";
import type { Announcement } from "./messages.ts";
import { connectNats } from "./nats.ts";
import type { NatsAccess } from "./nats-access.ts";

export interface FreeAgent extends Announcement {
  /** How well its clock can be compared with this one over NATS, in microseconds; undefined where it did not answer. */
  readonly clockBoundUs: number | undefined;
}

/** The agents that wait for work at this NATS, by name. Rejects as connectNats() and Bus.directory() do. */
export async function freeAgents(access: NatsAccess): Promise<FreeAgent[]> {
  const bus = await connectNats(access, "notif-lab agents");
  try {
    const free: FreeAgent[] = [];
    // One after the other: what is compared at the same time waits for the other.
    for (const agent of await announced(await bus.directory()))
      free.push({ ...agent, clockBoundUs: await clockBoundUs(bus, agent.id) });
    return free;
  } finally {
    await bus.close();
  }
}
