import { afterEach, beforeEach } from "vitest";
import type { HubOptions } from "../../../core/hub-options.ts";
import { code, until } from "../../conformance/bench.ts";
import { openProxy, type Proxy as Relay } from "../../conformance/proxy.ts";
import { type Member, type Node, openNode } from "../conformance/nodes.test-fixture.ts";
import { connectRedis } from "./backplane.ts";
import { type RedisServer, startRedis } from "./redis-server.test-fixture.ts";

/** A node's connection to Redis goes through a proxy of its own. */
interface Reached extends Node {
  readonly proxy: Relay;
  readonly states: string[];
}

/** A Redis for each test of a suite, and nodes on it. To be called while tests are declared. */
export function onRedis() {
  let redis: RedisServer | undefined;
  const opened: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
    await redis?.close();
  });
  const site = {
    get redis(): RedisServer {
      if (!redis) throw new Error("Redis has not been started");
      return redis;
    },
    /** Before Redis ends. */
    closeLater: (...closes: (() => Promise<void>)[]) => opened.push(...closes),
    open: async (options?: Partial<HubOptions>): Promise<Reached> => {
      const proxy = await openProxy({ url: site.redis.url });
      const states: string[] = [];
      const backplane = await connectRedis(proxy.endpoint.url, { onState: (state) => states.push(state) });
      const node = openNode(backplane, options);
      opened.push(proxy.close, node.close);
      return { ...node, proxy, states };
    },
    /** Called before a node loses Redis: what waits until it has it again. */
    back: (node: Reached) => {
      const times = node.states.filter((state) => state === "up").length;
      return () => until("it is back", () => node.states.filter((state) => state === "up").length > times);
    },
  };
  return site;
}

/** Publishes until one is accepted. */
export async function publishAgain(member: Member, channel: string, body: string) {
  for (;;) {
    try {
      return await member.publish(channel, body);
    } catch (error) {
      if (!code("unavailable")(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
