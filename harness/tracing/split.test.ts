import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { ClientTrace } from "./client-trace.ts";
import type { ServerTrace } from "./server-trace.ts";
import { mergeSplits, splitOf } from "./split.ts";

/** Publish 7, accepted at 1,000, written to two connections. */
const server: ServerTrace = {
  keys: Float64Array.of(7),
  acceptedUs: Float64Array.of(1_000),
  connections: Uint32Array.of(0, 0, 1),
  writtenUs: Float64Array.of(900, 1_010, 1_030),
  addresses: ["127.0.0.1:1", "127.0.0.1:2"],
};

function client(readUs: readonly number[], receivedUs: readonly number[], key = 7): ClientTrace {
  return {
    keys: Float64Array.from(readUs, () => key),
    dueUs: Float64Array.from(readUs, () => 980),
    readUs: Float64Array.from(readUs),
    receivedUs: Float64Array.from(receivedUs),
    connections: Uint32Array.from(readUs, (_, index) => index),
    addresses: server.addresses,
    bursts: { us: 0, busyUs: 0 },
  };
}

describe("splitOf", () => {
  test("cuts a delivery at acceptance, write, read and callback, and the parts add up", () => {
    assert.deepEqual(splitOf(server, [client([1_100], [1_125])]), {
      publishes: 1,
      deliveries: 1,
      unmatched: 0,
      publishUs: 20,
      serverUs: 10,
      waitUs: 90,
      clientUs: 25,
      clientShare: 115 / 145,
      lastWriteUs: 10,
    });
  });

  test("leaves out writes from before the acceptance, and tells how long the fan-out took", () => {
    const split = splitOf(server, [client([1_100, 1_100], [1_120, 1_120])]);
    assert.equal(split?.lastWriteUs, 30);
    assert.equal(split?.serverUs, 20);
  });

  test("takes what was read before its write had returned for readable when it was read", () => {
    const split = splitOf(server, [client([1_006], [1_008])]);
    assert.deepEqual([split?.serverUs, split?.waitUs, split?.clientUs], [6, 0, 2]);
  });

  test("counts deliveries that the server's records say nothing of, and tells nothing where there are no others", () => {
    assert.equal(splitOf(server, [client([1_100], [1_110]), client([1_100], [1_110], 8)])?.unmatched, 1);
    assert.equal(splitOf(server, [client([1_100], [1_110], 8)]), undefined);
    assert.equal(splitOf(undefined, [client([1_100], [1_110])]), undefined);
  });
});

test("merged splits weigh by deliveries", () => {
  const one = splitOf(server, [client([1_100], [1_120])]);
  const two = splitOf(server, [client([1_100, 1_160], [1_120, 1_180])]);
  assert.ok(one && two);
  const merged = mergeSplits([one, two]);
  assert.equal(merged?.deliveries, 3);
  const total = (split: typeof one) => split.publishUs + split.serverUs + split.waitUs + split.clientUs;
  assert.ok(merged && Math.abs(total(merged) - (total(one) + 2 * total(two)) / 3) < 1e-9);
});
