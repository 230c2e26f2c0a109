import { Redis, type RedisOptions } from "ioredis";
import { connectError } from "./errors.ts";

/** What libraries take for their connection. */
export type LibraryClient = Redis;

const CONNECT_MS = 2_000;

/**
 * A client for a library that speaks to Redis itself, with this library's defaults: what is asked while Redis is away waits for it, and is given
 * up after 20 attempts. Rejects with `unavailable` where there is none at the start. `onError`: what else goes wrong.
 */
export async function openLibraryClient(
  url: string,
  onError: (error: Error) => void,
  options: Pick<RedisOptions, "keyPrefix" | "enableAutoPipelining"> = {},
): Promise<Redis> {
  const first = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, retryStrategy: null });
  let reason: unknown;
  first.on("error", (error) => {
    reason ??= error;
  });
  try {
    await first.connect();
    await first.ping();
  } catch (error) {
    throw connectError(reason ?? error);
  } finally {
    first.disconnect();
  }
  const client = new Redis(url, options);
  client.on("error", onError);
  return client;
}
