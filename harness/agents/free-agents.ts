import { announced } from "./announced.ts";
import type { Announcement } from "./messages.ts";
import { connectNats } from "./nats.ts";
import type { NatsAccess } from "./nats-access.ts";

/** The agents that wait for work at this NATS, by name. Rejects as connectNats() and Bus.directory() do. */
export async function freeAgents(access: NatsAccess): Promise<Announcement[]> {
  const bus = await connectNats(access, "notif-lab agents");
  try {
    return await announced(await bus.directory());
  } finally {
    await bus.close();
  }
}
