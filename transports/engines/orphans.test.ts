import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, test } from "vitest";
import { builtModule } from "./built-module.ts";

const built = (path: string) => fileURLToPath(builtModule(path));

/** All is ended in any case, the processes that a failed test leaves above all. */
let started: (ChildProcess | number)[] = [];
afterEach(() => {
  for (const one of started) {
    try {
      if (typeof one === "number") process.kill(one, "SIGKILL");
      else one.kill("SIGKILL");
    } catch {
      // It is gone, as it should be.
    }
  }
  started = [];
});

/** The state as ps tells it, T for stopped; empty when the process is gone or only its entry is left. */
function stateOf(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" })
      .replace(/^Z.*/s, "")
      .trim();
  } catch {
    return "";
  }
}

async function until(what: string, isTrue: () => boolean, patienceMs: number): Promise<void> {
  const due = performance.now() + patienceMs;
  while (!isTrue()) {
    assert.ok(performance.now() < due, `${what} within ${patienceMs} ms`);
    await sleep(50);
  }
}

describe.runIf(platform() === "linux")("an orchestrator that is killed leaves no process", () => {
  test("when its server is stopped, as by server-pause", { timeout: 60_000, tags: ["full"] }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-orphans-"));
    writeFileSync(
      join(folder, "pause.yaml"),
      `scenario: pause
groups: [{ name: user, users: 4, follows: [topic/all], marksRead: false }]
traffic:
  - { from: user, to: { topic: topic/all }, arrivals: constant, ratePerSecond: 10, payloadCharacters: 64 }
phases: { connectsPerSecond: 100, warmupMs: 0, settleMs: 100, measureMs: 50000, drainTimeoutMs: 1000 }
faults: [{ kind: server-pause, atMs: 0, forMs: 50000 }]
`,
    );
    const words = ["bench", "--quick", "--transports", "tcp", "--scenario-file", "pause.yaml"];
    const orchestrator = spawn(process.execPath, [built("cli/main"), ...words], {
      cwd: folder,
      stdio: "ignore",
    });
    started.push(orchestrator);
    // ps fails where there are none.
    const children = () =>
      spawnSync("ps", ["-o", "pid=,stat=,args=", "--ppid", String(orchestrator.pid)], { encoding: "utf8" })
        .stdout.split("\n")
        .filter((line) => /harness\/processes\/|engines\/reaper/.test(line));
    await until(
      "the server is stopped",
      () => children().some((line) => /^\s*\d+ T.*server\.js/.test(line)),
      30_000,
    );
    const pids = children().map((line) => Number.parseInt(line, 10));
    started.push(...pids);
    assert.ok(pids.length >= 3, "server, load, and what watches over them");
    orchestrator.kill("SIGKILL");
    await until("all are gone", () => pids.every((pid) => stateOf(pid) === ""), 8_000);
    rmSync(folder, { recursive: true, force: true });
  });

  test("when one of them never comes to its event loop", { timeout: 90_000 }, async () => {
    const never =
      "require('fs').writeSync(1, '.'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
    const busy = spawn(process.execPath, ["-e", never], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const spared = spawn("sleep", ["60"]);
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-orphans-"));
    const reaper = spawn(process.execPath, [built("transports/engines/reaper")], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    started.push(busy, spared, reaper);
    await once(busy.stdout, "data");
    // All at once, as from an orchestrator that dies while this process is still loading.
    const requests = [{ watch: busy.pid }, { watch: folder }, { watch: spared.pid }, { forget: spared.pid }];
    reaper.stdin.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
    const [[, signal]] = await Promise.all([once(busy, "exit"), once(reaper, "exit")]);
    assert.equal(signal, "SIGKILL");
    assert.ok(!existsSync(folder), "what it had on disk is removed");
    assert.match(stateOf(spared.pid ?? 0), /^S/);
  });

  test("nor what watches over them", { timeout: 90_000 }, async () => {
    const reaper = spawn(process.execPath, [built("transports/engines/reaper")], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    started.push(reaper);
    reaper.stdin.end();
    assert.deepEqual(await once(reaper, "exit"), [0, null]);
  });
});
