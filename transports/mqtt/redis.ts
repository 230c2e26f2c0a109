import { randomBytes } from "node:crypto";
import type { AedesOptions } from "aedes";
import { LabError } from "../../core/errors.ts";
import { openLibraryClient } from "../backplane/redis/library-client.ts";
import { needed } from "../net/optional-library.ts";
import type { ServeOptions } from "../port/transport.ts";
import { REQUEST_TOPIC } from "./dialogue.ts";

const PACKAGES = "mqemitter-redis aedes-persistence-redis";

/** What makes a broker one of several that share their topics over Redis, and how that ends. */
export interface BrokersOnRedis {
  readonly options: Pick<AedesOptions, "mq" | "persistence">;
  /** Of the ids of this node's clients. */
  readonly idPrefix: string;
  /** Once the broker is closed. */
  close(): void;
}

/** Emitter and persistence as aedes's documents set them up. Rejects with `unsupported` without the libraries, `unavailable` without Redis. */
export async function brokersOnRedis(redis: ServeOptions["redis"]): Promise<BrokersOnRedis> {
  if (!redis)
    throw new LabError(
      "unsupported",
      "mqtt:redis carries events over Redis; give it one: --backplane redis://host",
    );
  const { MQEmitterRedisPrefix } = (await needed(() => import("mqemitter-redis"), "mqtt:redis", PACKAGES))
    .default;
  const { default: createPersistence } = await needed(
    () => import("aedes-persistence-redis"),
    "mqtt:redis",
    PACKAGES,
  );
  const { url, prefix } = redis;
  const ignore = () => undefined;
  const open = (options: { readonly keyPrefix?: string } = {}) =>
    // As the emitter makes its own.
    openLibraryClient(url, ignore, { enableAutoPipelining: true, ...options });
  const [subConn, pubConn, conn] = [await open(), await open(), await open({ keyPrefix: prefix })];
  const mq = new MQEmitterRedisPrefix(prefix, { subConn, pubConn, matchEmptyLevels: true });
  mq.state.on("error", ignore);
  // What a client publishes is the hub's to send on; its own packet is for nobody, and need not travel over Redis.
  const emit = mq.emit.bind(mq);
  mq.emit = (packet, done = ignore) => {
    if (packet.topic === REQUEST_TOPIC) setImmediate(done);
    else emit(packet, done);
  };
  return {
    options: { mq, persistence: createPersistence({ conn }) },
    idPrefix: `${randomBytes(4).toString("hex")}-`,
    close: () => {
      for (const one of [subConn, pubConn, conn]) one.disconnect();
    },
  };
}
