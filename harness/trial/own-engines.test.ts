import assert from "node:assert/strict";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import type { Cluster } from "../../scenarios/cluster.ts";
import { clusterPlan } from "../../scenarios/cluster-feed.ts";
import { openBench, until } from "../../transports/conformance/bench.ts";
import { HAPROXY, REDIS } from "../../transports/engines/programs.ts";
import { closeServer, listen } from "../../transports/net/listen.ts";
import { findTransport } from "../../transports/registry.ts";
import { canRun } from "../engines/balanced.test-fixture.ts";
import { startBalancer } from "../engines/balancer.ts";
import type { Balancer } from "../engines/balancer-options.ts";
import { ask } from "../engines/control.ts";
import { type Redis, startRedis } from "../engines/redis.ts";
import { reachEveryNode } from "./reach.ts";
import { runTrial, type TrialSpec } from "./trial.ts";
import { ADDRESS_VARIABLE, withSecret } from "./trial-redis.ts";

const PASSWORD = "s3cret-of-mine";

describe.runIf(canRun(REDIS) && canRun(HAPROXY))("a Redis and a balancer that stood before the trial", () => {
  let redis: Redis;
  let balancer: Balancer;
  let cluster: Cluster;
  const redisAsks = async (command: string) =>
    await ask(redis.engine.place.control, `AUTH ${PASSWORD}\r\n${command}\r\n`, (answer) =>
      /^\+OK\r\n.*\r\n$/s.test(answer),
    );

  beforeAll(async () => {
    const nodePorts = await freePorts(3);
    redis = await startRedis({ password: PASSWORD });
    balancer = await startBalancer("haproxy", {
      nodes: nodePorts.map((port) => ({ url: `http://127.0.0.1:${port}` })),
      balancing: findTransport("websocket")?.balancing,
    });
    cluster = {
      nodes: 3,
      backplane: "redis",
      redisAt: redis.url.replace(/\/\/.*@/, "//"),
      balancer: "own",
      own: { address: `http://127.0.0.1:${balancer.engine.place.port}`, nodePorts },
    };
    await redisAsks("SET mine 1");
  });
  afterAll(async () => {
    await Promise.all([redis?.engine.stop(), balancer?.engine.stop()]);
  });

  const trial = (of: Cluster) => runTrial(feedOn(of), new AbortController().signal, () => undefined);

  test("carry a trial, keep what is theirs and nothing of the trial, and no password gets out", {
    tags: ["full"],
  }, async () => {
    vi.stubEnv(ADDRESS_VARIABLE, redis.url);
    try {
      const done = await trial(cluster);
      const { metrics, reason } = done;
      assert.ok(metrics, reason);
      assert.deepEqual([metrics.lost, metrics.duplicated], [0, 0]);
      assert.ok(metrics.delivered > 0);
      const clients = metrics.cluster?.nodes.map(({ clientsBefore }) => clientsBefore) ?? [];
      assert.equal(
        clients.reduce((sum, one) => sum + one, 0),
        10,
      );
      assert.ok(
        clients.every((count) => count > 0),
        `clients of each node: ${clients}`,
      );
      assert.ok((metrics.cluster?.backplaneCommandsPerPublish ?? 0) > 1);
      assert.equal(metrics.cluster?.balancerCpuUsPerDelivery, undefined);
      const { sameNodeDeliveries = 0, otherNodeDeliveries = 0 } = metrics.cluster ?? {};
      assert.equal(sameNodeDeliveries + otherNodeDeliveries, metrics.delivered);
      assert.ok(otherNodeDeliveries > 0 && (metrics.cluster?.otherNodeP50Us ?? 0) > 0);
      assert.match(done.notes.join("\n"), /that the lab did not start/);
      assert.ok(!JSON.stringify(done).includes(PASSWORD));
      assert.match(await redisAsks("KEYS *"), /^\+OK\r\n\*1\r\n\$4\r\nmine\r\n$/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("a password that is missing is asked for", async () => {
    vi.stubEnv(ADDRESS_VARIABLE, undefined);
    const { state, reason = "" } = await trial(cluster);
    vi.unstubAllEnvs();
    assert.equal(state, "failed");
    assert.match(reason, /^redis:\/\/127.*wants a password.*NOTIF_LAB_BACKPLANE/);
  });
});

test("a balancer that passes nobody on to a node is told, with the node", async () => {
  const websocket = findTransport("websocket");
  assert.ok(websocket);
  const secret = "s".repeat(32);
  const bench = await openBench(websocket, { secret });
  const { endpoint } = bench.server;
  const reach = (missing: string[], url = endpoint.url) =>
    reachEveryNode(websocket, { url }, secret, async () => missing, 0);
  try {
    await reach([]);
    await assert.rejects(reach(["127.0.0.1:9"]), {
      code: "unreachable",
      message: /passed none of 1 clients on to 127\.0\.0\.1:9; it has to know/,
    });
    await until("no client is left", () => bench.hub.counters.sessions === 0);
  } finally {
    await bench.close();
  }
  await assert.rejects(reach(["127.0.0.1:9"]), /^LabError: nobody gets through .* are 127\.0\.0\.1:9$/);
});

test("a secret counts for the Redis that it is of, and for no other", () => {
  const secret = "redis://lab:p%40ss@cache:6379/0";
  assert.equal(withSecret("redis://cache", secret), secret);
  assert.equal(withSecret("redis://cache:6379", secret), secret);
  assert.equal(withSecret("redis://cache:6380", secret), "redis://cache:6380");
  assert.equal(withSecret("rediss://cache", secret), "rediss://cache");
  assert.equal(withSecret("redis://cache/2", secret), "redis://cache/2");
  assert.equal(withSecret("redis://cache", undefined), "redis://cache");
});

/** Free when asked. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const bound = await Promise.all(servers.map((server) => listen(server, "127.0.0.1", 0)));
  await Promise.all(servers.map(closeServer));
  return bound.map((place) => Number(place.split(":").at(-1)));
}

/** A short feed on these nodes: one publisher and nine subscribers. */
function feedOn(cluster: Cluster): TrialSpec {
  const params = { connections: 10, rate: 40, payload: 64, duration: 2, warmup: 0.2 };
  return {
    transport: { name: "websocket" },
    scenario: "feed",
    block: 0,
    attempt: 1,
    plan: clusterPlan("feed", params, 1, [], cluster),
    params,
    loadProcesses: 1,
    gates: "note",
  };
}
