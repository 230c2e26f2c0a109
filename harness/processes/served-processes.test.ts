import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "vitest";
import { behindReading } from "../measurement/other-process.ts";
import { ServedProcesses } from "./served-processes.ts";

/** A process that works until it has used so much CPU time, says so, and waits for its end. */
async function worker(ms: number) {
  const work = `while (process.cpuUsage().user < ${ms * 1_000}); console.log("done"); process.stdin.resume();`;
  const child = spawn(process.execPath, ["-e", work], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

describe.skipIf(process.platform !== "linux")("processes that serve beside the server's own", () => {
  test("their CPU time and memory are counted, and their CPU time still when they have ended", async () => {
    const child = await worker(60);
    const server = { processes: () => (child.pid === undefined ? [] : [child.pid]) };
    const running: { processes?(): readonly number[] }[] = [server, {}];
    const served = new ServedProcesses(() => running);
    try {
      const first = served.read();
      assert.ok(first.cpuUserUs + first.cpuSystemUs >= 60_000, JSON.stringify(first));
      assert.ok(first.rssBytes > 10_000_000, JSON.stringify(first));
      served.ending(server);
      running.shift();
      const after = served.read();
      assert.ok(after.cpuUserUs + after.cpuSystemUs >= 60_000);
      assert.equal(after.rssBytes, 0);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("neither part of their CPU time goes back where the kernel's ticks divide it anew", () => {
    const earlier = { cpuUserUs: 90_000, cpuSystemUs: 10_000, rssBytes: 1 };
    // Nine ticks to three of 110 ms.
    const now = behindReading(earlier, { cpuUserUs: 82_500, cpuSystemUs: 27_500, rssBytes: 2 });
    assert.deepEqual(now, { cpuUserUs: 90_000, cpuSystemUs: 20_000, rssBytes: 2 });
    const then = behindReading(now, { cpuUserUs: 110_000, cpuSystemUs: 10_000, rssBytes: 2 });
    assert.deepEqual(then, { cpuUserUs: 100_000, cpuSystemUs: 20_000, rssBytes: 2 });
    // A thread that has ended takes its time along.
    assert.deepEqual(behindReading(then, { cpuUserUs: 1, cpuSystemUs: 1, rssBytes: 0 }), {
      ...then,
      rssBytes: 0,
    });
  });

  test("a server alone adds nothing", () => {
    const served = new ServedProcesses(() => [{}]);
    assert.deepEqual(served.read(), { cpuUserUs: 0, cpuSystemUs: 0, rssBytes: 0 });
  });
});
