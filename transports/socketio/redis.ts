import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import type { ServerOptions } from "socket.io";
import { LabError } from "../../core/errors.ts";
import { type LibraryClient, openLibraryClient } from "../backplane/redis/library-client.ts";
import { needed } from "../net/optional-library.ts";
import type { ServeOptions } from "../port/transport.ts";

/** How long a session waits for its client to come back: the default of the library's documents. */
const RECOVERY_MS = 2 * 60_000;

const ignore = () => undefined;

/** Which of the official adapters carries events between nodes. */
export type RedisAdapter = "streams" | "pubsub";

/** What makes a server one of several that share their rooms over Redis, and how that ends. */
export interface RoomsOnRedis {
  readonly options: Partial<Pick<ServerOptions, "adapter" | "connectionStateRecovery">>;
  /** Settles when the node hears the others: what they send before that is not for it. */
  hears(): Promise<void>;
  close(): Promise<void>;
}

/** An official adapter, as its documents set it up. Rejects with `unsupported` without it, `unavailable` without Redis. */
export async function roomsOnRedis(
  adapter: RedisAdapter,
  redis: ServeOptions["redis"],
): Promise<RoomsOnRedis> {
  const name = adapter === "streams" ? "socketio:redis" : "socketio:redis-pubsub";
  if (!redis)
    throw new LabError(
      "unsupported",
      `${name} carries events over Redis; give it one: --backplane redis://host`,
    );
  const ready = await { streams, pubsub }[adapter](name, redis.prefix);
  // The adapters tell nobody what they could not publish; the client tries again when Redis is back.
  const client = await openLibraryClient(redis.url, ignore);
  const listening = watchListening(client);
  return {
    hears: async () => {
      for (let known = -1; known < listening.length; await turn()) {
        known = listening.length;
        await Promise.all(listening);
      }
    },
    ...ready(client),
  };
}

type Ready = (client: LibraryClient) => Omit<RoomsOnRedis, "hears">;

async function streams(name: string, prefix: string): Promise<Ready> {
  const { createAdapter } = await needed(
    () => import("@socket.io/redis-streams-adapter"),
    name,
    "@socket.io/redis-streams-adapter",
  );
  return (client) => ({
    options: {
      adapter: createAdapter(client, {
        streamName: `${prefix}socket.io`,
        channelPrefix: `${prefix}socket.io`,
        sessionKeyPrefix: `${prefix}sio:session:`,
      }),
      // A token is looked at again: who comes back may not be let in any more.
      connectionStateRecovery: { maxDisconnectionDuration: RECOVERY_MS, skipMiddlewares: false },
    },
    close: () => leave(client),
  });
}

async function pubsub(name: string, prefix: string): Promise<Ready> {
  const { createAdapter } = await needed(
    () => import("@socket.io/redis-adapter"),
    name,
    "@socket.io/redis-adapter",
  );
  return (client) => {
    const listener = client.duplicate();
    listener.on("error", ignore);
    // The adapter looks at none of these promises: without this, one that Redis is away too long for would end the process.
    const publish = client.publish.bind(client);
    client.publish = (channel: string | Buffer, message: string | Buffer) =>
      publish(channel, message).catch(() => 0);
    return {
      options: { adapter: createAdapter(client, listener, { key: `${prefix}socket.io` }) },
      close: async () => {
        await leave(client);
        listener.disconnect();
      },
    };
  };
}

/** What the connections that an adapter duplicates still wait for: it waits neither for them nor for what it subscribes to. */
function watchListening(client: LibraryClient): Promise<unknown>[] {
  const listening: Promise<unknown>[] = [];
  const duplicate = client.duplicate.bind(client);
  client.duplicate = () => {
    const own = duplicate();
    listening.push(once(own, "ready"));
    const subscribe = own.subscribe.bind(own);
    const psubscribe = own.psubscribe.bind(own);
    const noted = <T>(subscribed: Promise<T>) => {
      listening.push(subscribed);
      return subscribed;
    };
    return Object.assign(own, {
      subscribe: (channels: string[]) => noted(subscribe(...channels)),
      psubscribe: (pattern: string) => noted(psubscribe(pattern)),
    });
  };
  return listening;
}

/** Behind the sessions that the server has set down when it closed; in vain where Redis is away. */
async function leave(client: LibraryClient): Promise<void> {
  const gone = new Promise<void>((resolve) => void setTimeout(resolve, 500).unref());
  await Promise.race([client.quit().then(ignore, ignore), gone]);
  client.disconnect();
}
