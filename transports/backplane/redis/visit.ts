import { Redis } from "ioredis";
import { LabError } from "../../../core/errors.ts";
import { connectError } from "./errors.ts";

/** A connection beside those of the nodes, to a Redis that others may use as well. */
export interface Visit {
  /** What Redis tells of itself; undefined where its user may not ask. Rejects with `unavailable`. */
  info(): Promise<string | undefined>;
  get(key: string): Promise<string | undefined>;
  /** Removes every key that begins with the prefix, a few hundred at a time. */
  forget(prefix: string): Promise<void>;
  close(): void;
}

const CONNECT_MS = 2_000;
const KEYS_AT_ONCE = 500;

/** Connects, and proves that what forget() needs is allowed. Rejects with `unavailable` and what to do. */
export async function visitRedis(url: string): Promise<Visit> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: 2 * CONNECT_MS,
    maxRetriesPerRequest: 1,
    disableClientInfo: true,
    enableReadyCheck: false,
    retryStrategy: (times) => Math.min(CONNECT_MS, 50 * 2 ** times),
  });
  let first: unknown;
  redis.on("error", (error) => {
    first ??= error;
  });
  const visit: Visit = {
    info: () => allowed(redis.info()),
    get: async (key) => (await said(redis.get(key))) ?? undefined,
    forget: async (prefix) => {
      let cursor = "0";
      do {
        const [next, keys] = await said(
          redis.scan(cursor, "MATCH", `${literally(prefix)}*`, "COUNT", KEYS_AT_ONCE),
        );
        if (keys.length > 0) await said(redis.unlink(...keys));
        cursor = next;
      } while (cursor !== "0");
    },
    close: () => redis.disconnect(),
  };
  try {
    await redis.connect();
    await redis.scan("0", "MATCH", "-", "COUNT", 1);
    return visit;
  } catch (error) {
    visit.close();
    const { message } = connectError(first ?? error);
    const hint = /NOPERM/.test(message)
      ? "; it has to allow scan, unlink and get beside what nodes need"
      : "";
    throw new LabError("unavailable", `${message}${hint}`, { cause: error });
  }
}

async function said<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw connectError(error);
  }
}

async function allowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.message)) return undefined;
    throw connectError(error);
  }
}

/** As a pattern that only the text itself matches. */
function literally(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}
