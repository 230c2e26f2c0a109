import type { Announcement } from "./messages.ts";
import { announced, connectNats, openBucket } from "./nats.ts";

/** The agents that wait for work at this NATS, by name. Rejects as connectNats() and openBucket() do. */
export async function freeAgents(url: string): Promise<Announcement[]> {
  const connection = await connectNats(url, "notif-lab agents");
  try {
    return await announced(await openBucket(connection));
  } finally {
    await connection.close();
  }
}
