import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import { openLibraryClient } from "../backplane/redis/library-client.ts";
import { needed } from "../net/optional-library.ts";
import type { ServeOptions } from "../port/transport.ts";

/** How long a session waits for its client to come back: the default of the library's documents. */
const RECOVERY_MS = 2 * 60_000;

const ignore = () => undefined;

/** What makes a server one of several that share their rooms over Redis, and how that ends. */
export interface RoomsOnRedis {
  readonly options: {
    readonly adapter: ReturnType<typeof import("@socket.io/redis-streams-adapter").createAdapter>;
    readonly connectionStateRecovery: {
      readonly maxDisconnectionDuration: number;
      readonly skipMiddlewares: boolean;
    };
  };
  /** Settles when the node hears the others: what they send before that is not for it. */
  hears(): Promise<void>;
  close(): Promise<void>;
}

/** The official adapter on Redis streams, as its documents set it up. Rejects with `unsupported` without it, `unavailable` without Redis. */
export async function roomsOnRedis(redis: ServeOptions["redis"]): Promise<RoomsOnRedis> {
  if (!redis)
    throw new LabError(
      "unsupported",
      "socketio:redis carries events over Redis; give it one: --backplane redis://host",
    );
  const { createAdapter } = await needed(
    () => import("@socket.io/redis-streams-adapter"),
    "socketio:redis",
    "@socket.io/redis-streams-adapter",
  );
  const { url, prefix } = redis;
  // The adapter tells nobody what it could not publish; it tries again when Redis is back.
  const client = await openLibraryClient(url, ignore);
  const listening: Promise<unknown>[] = [];
  const duplicate = client.duplicate.bind(client);
  // The adapter waits neither for its own connections nor for what it subscribes to.
  client.duplicate = () => {
    const own = duplicate();
    const subscribe = own.subscribe.bind(own);
    listening.push(once(own, "ready"));
    return Object.assign(own, {
      subscribe: (channels: string[]) => {
        const subscribed = subscribe(...channels);
        listening.push(subscribed);
        return subscribed;
      },
    });
  };
  return {
    hears: async () => {
      for (let known = -1; known < listening.length; await turn()) {
        known = listening.length;
        await Promise.all(listening);
      }
    },
    options: {
      adapter: createAdapter(client, {
        streamName: `${prefix}socket.io`,
        channelPrefix: `${prefix}socket.io`,
        sessionKeyPrefix: `${prefix}sio:session:`,
      }),
      // A token is looked at again: who comes back may not be let in any more.
      connectionStateRecovery: { maxDisconnectionDuration: RECOVERY_MS, skipMiddlewares: false },
    },
    close: async () => {
      // Behind the sessions that the server has set down when it closed; in vain where Redis is away.
      const gone = new Promise<void>((resolve) => void setTimeout(resolve, 500).unref());
      await Promise.race([
        client.quit().then(
          () => undefined,
          () => undefined,
        ),
        gone,
      ]);
      client.disconnect();
    },
  };
}
