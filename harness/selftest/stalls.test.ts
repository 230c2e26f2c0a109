import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { platform } from "node:os";
import { describe, test } from "vitest";
import { type Stall, stalledQuantileUs, stallProcess } from "./stalls.ts";

describe("the quantile that stalls predict", () => {
  const stalls: Stall[] = [0, 1, 2, 3].map((index) => ({
    fromUs: index * 5_000_000,
    toUs: index * 5_000_000 + 300_000,
  }));

  test("is 250 ms for the 99th percentile of 300 ms every 5 s", () => {
    assert.equal(Math.round(stalledQuantileUs(stalls, 20_000_000, 0.99)), 250_000);
  });

  test("is that of an even stream of sends", () => {
    const latencies: number[] = [];
    for (let atUs = 0; atUs < 20_000_000; atUs += 2_000) {
      const inside = stalls.find(({ fromUs, toUs }) => atUs >= fromUs && atUs < toUs);
      latencies.push(inside ? inside.toUs - atUs : 0);
    }
    latencies.sort((a, b) => a - b);
    for (const q of [0.95, 0.97, 0.99]) {
      const exact = latencies[Math.ceil(q * latencies.length) - 1] ?? Number.NaN;
      assert.ok(Math.abs(stalledQuantileUs(stalls, 20_000_000, q) - exact) <= 2_000, `q = ${q}`);
    }
  });
});

describe.skipIf(platform() !== "linux")("stalling a process", () => {
  const stateOf = (pid: number) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];

  test("stops it for as long as asked, and lets it run on, also when aborted", async () => {
    const child = spawn("sleep", ["30"]);
    try {
      await once(child, "spawn");
      const pid = child.pid ?? 0;
      const timing = { firstMs: 10, everyMs: 60, lengthMs: 30, count: 2 };
      const done = stallProcess(pid, timing, new AbortController().signal);
      const stalls = await done;
      assert.equal(stalls.length, 2);
      for (const { fromUs, toUs } of stalls) assert.ok(toUs - fromUs >= 30_000);
      assert.notEqual(stateOf(pid), "T");
      const controller = new AbortController();
      const long = { firstMs: 0, everyMs: 1, lengthMs: 10_000, count: 1 };
      const aborted = stallProcess(pid, long, controller.signal);
      setTimeout(() => controller.abort(new Error("interrupted")), 50);
      await assert.rejects(aborted);
      assert.notEqual(stateOf(pid), "T");
    } finally {
      child.kill("SIGKILL");
    }
  });
});
