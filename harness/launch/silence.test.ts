import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { platform } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, test } from "vitest";
import { cpuUsedUs } from "../measurement/other-process.ts";
import { watchSilence } from "./silence.ts";

const started: ReturnType<typeof spawn>[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
});

/** A process that says a word and then runs the code. */
async function startNode(code: string): Promise<number> {
  const child = spawn(process.execPath, ["-e", `process.stdout.write("up"); ${code}`], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  started.push(child);
  await once(child.stdout ?? child, "data");
  assert.ok(child.pid);
  return child.pid;
}

/** Settles when it holds, which no event tells. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

/** The verdict on the one process over so long. */
function watchSilenceFor(ms: number, pid: number): string | undefined {
  const verdict = watchSilence([{ name: "the idle one", pid }]);
  const end = performance.now() + ms;
  while (performance.now() < end);
  return verdict();
}

describe.skipIf(platform() !== "linux")("the silence of other processes", () => {
  test("is seen without a message to them: who works is named, who sleeps is not", async () => {
    const busy = await startNode("for (;;);");
    const idle = await startNode("process.stdin.resume()");
    const whoBroke = watchSilence([
      { name: "the busy one", pid: busy },
      { name: "the idle one", pid: idle },
    ]);
    await until(() => whoBroke()?.startsWith("the busy one, which should have been silent, used ") === true);
    // What its start still costs may come first.
    await until(() => watchSilenceFor(200, idle) === undefined);
  });

  test("counts threads other than the main one", async () => {
    const pid = await startNode(
      'new (require("node:worker_threads").Worker)("for (;;);", { eval: true }); process.stdin.resume()',
    );
    const before = cpuUsedUs(pid) ?? 0;
    // A main thread that waits would never get there.
    await until(() => (cpuUsedUs(pid) ?? 0) >= before + 200_000);
  });

  test("is not known of a process that is gone", () => {
    assert.equal(cpuUsedUs(2 ** 30), undefined);
    assert.equal(watchSilence([{ name: "nobody", pid: 2 ** 30 }])(), undefined);
  });
});
