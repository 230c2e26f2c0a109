import assert from "node:assert/strict";
import { test } from "vitest";
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
  assert.deepEqual(clusterOf({ backplane: "redis" }), { nodes: 1, backplane: "redis", balancer: "none" });
});

test.for([
  [{ nodes: "0" }, /--nodes takes a whole number from 1 to 16/],
  [{ nodes: "3", backplane: "none" }, /need a backplane/],
  [{ backplane: "kafka" }, /--backplane takes redis or none/],
  [{ balancer: "traefik" }, /--balancer takes none, haproxy, nginx/],
  [{ sticky: false }, /add --balancer/],
  [{ nodes: "2", sticky: false }, /add --balancer/],
] as const)("%j is refused with what to do", ([flags, message]) => {
  assert.throws(() => clusterOf(flags), message);
});
