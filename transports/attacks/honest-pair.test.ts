import assert from "node:assert/strict";
import { test } from "vitest";
import { openBench } from "../conformance/bench.ts";
import { findTransport } from "../registry.ts";
import { startPair } from "./honest-pair.ts";

test("a pair that is stopped at once has spoken all the same, so that its wait is a number", async () => {
  const tcp = findTransport("tcp");
  assert.ok(tcp);
  const bench = await openBench(tcp);
  try {
    const pair = await startPair(tcp, bench.server.endpoint, (user) => bench.token(user));
    const { sent, lost, p99Ms, ended } = await pair.stop();
    assert.ok(sent >= 5 && p99Ms >= 0, `${sent} sent, p99 ${p99Ms}`);
    assert.deepEqual([lost, ended], [0, undefined]);
  } finally {
    await bench.close();
  }
});
