import assert from "node:assert/strict";
import { test } from "vitest";
import { planBench } from "./bench-plan.ts";
import { clusterOf } from "./cluster-flags.ts";

test("nodes, backplane and balancer as typed, with what follows from them", () => {
  assert.equal(clusterOf({}), null);
  assert.deepEqual(clusterOf({ nodes: "3" }), { nodes: 3, backplane: "redis", balancer: "none" });
  assert.deepEqual(clusterOf({ balancer: "nginx", sticky: false }), {
    nodes: 1,
    backplane: "none",
    balancer: "nginx",
    sticky: false,
  });
  assert.deepEqual(clusterOf({ backplane: "redis://cache:6380", nodes: "2" }), {
    nodes: 2,
    backplane: "redis",
    redisAt: "redis://cache:6380",
    balancer: "none",
  });
  const own = { address: "http://lb.test:80", nodePorts: [9001, 9002, 9003] };
  const behindMine = { nodes: 3, backplane: "redis", balancer: "own", own };
  assert.deepEqual(clusterOf({ balancer: "http://lb.test/", nodePorts: "9001,9002, 9003" }), behindMine);
  assert.deepEqual(clusterOf({ balancer: "http://lb.test", nodePort: "9001", nodes: "3" }), behindMine);
  assert.deepEqual(clusterOf({ backplane: "redis" }), { nodes: 1, backplane: "redis", balancer: "none" });
});

test.for([
  [{ nodes: "0" }, /--nodes takes a whole number from 1 to 16/],
  [{ nodes: "3", backplane: "none" }, /need a backplane/],
  [{ backplane: "kafka" }, /--backplane takes redis or none/],
  [{ balancer: "traefik" }, /--balancer takes none, haproxy, nginx/],
  [{ sticky: false }, /add --balancer/],
  [{ nodes: "2", sticky: false }, /add --balancer/],
  [{ backplane: "redis://:pw@cache" }, /password.*NOTIF_LAB_BACKPLANE/],
  [{ backplane: "http://cache" }, /address of a Redis/],
  [{ nodes: "3", nodePorts: "1,2,3" }, /add --balancer http/],
  [{ balancer: "http://lb:80" }, /--node-ports 9001,9002,9003/],
  [{ balancer: "http://lb:80", nodePort: "1", nodePorts: "1" }, /--node-ports 9001,9002,9003/],
  [{ balancer: "http://lb:80", nodePorts: "1,2", nodes: "3" }, /2 ports for 3 nodes/],
  [{ balancer: "http://lb:80", nodePorts: "1,1" }, /twice/],
  [{ balancer: "http://lb:80/app", nodePorts: "1" }, /http:\/\/host:port/],
  [{ balancer: "https://lb", nodePorts: "1" }, /without TLS/],
  [{ balancer: "tcp://lb", nodePorts: "1" }, /needs a port/],
  [{ balancer: "http://lb:80", nodePorts: "1", sticky: false }, /leave out --no-sticky/],
] as const)("%j is refused with what to do", ([flags, message]) => {
  assert.throws(() => clusterOf(flags), message);
});

test.for([
  [{ transports: "socketio:redis" }, /notify has none; add --backplane redis/],
  [{ transports: "sse,mqtt", balancer: "http://lb:80", nodePort: "1" }, /one transport at a time/],
  [{ transports: "mqtt", balancer: "http://lb:80", nodePort: "1" }, /mqtt is not HTTP.*tcp:\/\//],
  [{ scenarios: "backplane-restart", nodes: "2", backplane: "redis://cache" }, /stops Redis/],
] as const)("a bench of %j is refused with what to do", ([flags, message]) => {
  assert.throws(() => planBench(flags), message);
});

test("with a Redis that is there already nothing has to be installed", () => {
  const { scenarios, transports } = planBench({ transports: "mqtt:redis,sse", backplane: "redis://cache" });
  assert.deepEqual(
    transports.map(({ name }) => name),
    ["mqtt:redis", "sse"],
  );
  assert.equal(scenarios[0]?.plan(1).cluster?.redisAt, "redis://cache");
  assert.ok(planBench({ transports: "all" }).transports.every(({ onRedis }) => !onRedis));
});
