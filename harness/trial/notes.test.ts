import assert from "node:assert/strict";
import { test } from "vitest";
import type { Metrics } from "../result/result.ts";
import { notesOf } from "./notes.ts";

const METRICS = {
  expected: 10,
  publishFailures: {},
  receiptsExpected: 0,
  receiptsReceived: 0,
  lost: 0,
  duplicated: 0,
  reordered: 0,
  reconnects: 0,
  warmup: { seconds: 0, steadiness: "not judged" },
  processes: [],
  timeline: [],
} as unknown as Metrics;

test("bytes are said to be counted where they were, and not of connections that are TLS from the start", () => {
  for (const circumstances of [
    { loop: "open", gates: "void", external: true },
    { loop: "open", gates: "void", native: true },
  ] as const) {
    const [counted = ""] = notesOf({ ...METRICS, tcpBytesPerDelivery: 700 }, circumstances);
    assert.match(counted, /bytes were counted on the clients' sockets/);
    const [uncounted = ""] = notesOf(METRICS, circumstances);
    assert.match(uncounted, /bytes were not counted/);
  }
});
