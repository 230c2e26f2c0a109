import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { describeConformance } from "../../conformance/describe.ts";
import type { TransportEntry } from "../../port/entry.ts";
import { type RedisServer, redisIsHere, startRedis } from "./redis-server.test-fixture.ts";

/** A Redis for the tests of this block; read it within them. */
export function withRedis(): () => RedisServer {
  let redis: RedisServer | undefined;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.close());
  return () => {
    if (!redis) throw new Error("Redis was not started");
    return redis;
  };
}

/** The suite against one node of a transport that needs a Redis; each server has keys of its own, so that none hears another. */
export function describeConformanceOnRedis(transport: TransportEntry): void {
  describe.runIf(redisIsHere)(transport.name, () => {
    const redis = withRedis();
    describeConformance({
      ...transport,
      serve: (hub, options) =>
        transport.serve(hub, {
          ...options,
          redis: { url: redis().url, prefix: `${randomBytes(4).toString("hex")}:` },
        }),
    });
  });
}
