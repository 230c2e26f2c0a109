import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { main, TINY } from "../process.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-outset-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sends the process the signal as soon as it listens for it, before anything else of it can have been loaded. */
const atOnce = (signal: string) =>
  `data:text/javascript,process.on("newListener",(name)=>{if(name==="${signal}")queueMicrotask(()=>process.kill(process.pid,name))})`;

describe("a signal while the command is being loaded", () => {
  test.each([
    ["SIGINT", ["list"], 130],
    ["SIGTERM", ["list"], 130],
    ["SIGINT", ["bench", "--quick"], 130],
    ["SIGTERM", ["--config", "bench", "serve", "tcp"], 0],
  ])("%s during %j ends with %i", async (signal, words, code) => {
    const { status, signal: by } = spawnSync(process.execPath, ["--import", atOnce(signal), main, ...words], {
      cwd: folder,
      timeout: 240_000,
    });
    assert.deepEqual([status, by], [code, null]);
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe("output that nobody takes", () => {
  /** Ends with what the process writes to this file as its stdout, or its stderr. */
  const endOf = async (words: readonly string[], where: "stdout" | "stderr", path?: string) => {
    const file = path === undefined ? "pipe" : openSync(path, "w");
    const stdio =
      where === "stdout" ? (["ignore", file, "pipe"] as const) : (["ignore", "pipe", file] as const);
    const child = spawn(process.execPath, [main, ...words], { cwd: folder, stdio: [...stdio] });
    if (path === undefined) child[where]?.destroy();
    let rest = "";
    child[where === "stdout" ? "stderr" : "stdout"]?.on("data", (chunk) => {
      rest += chunk;
    });
    const [code] = await once(child, "close");
    if (typeof file === "number") closeSync(file);
    return { code, rest };
  };

  test("a reader who is gone is no failure", async () => {
    assert.deepEqual(await endOf(["list", "--json"], "stdout"), { code: 0, rest: "" });
    assert.deepEqual(await endOf(["--version"], "stdout"), { code: 0, rest: "" });
    assert.equal((await endOf(["bnech"], "stderr")).code, 2);
  });

  for (const where of ["stdout", "stderr"] as const)
    test(`a run whose ${where} nobody takes goes on, and writes its files`, {
      timeout: 240_000,
      tags: ["full"],
    }, async () => {
      const tiny = [...TINY, "--scenarios", "fan-out"];
      const { code } = await endOf(["bench", ...tiny, "--transports", "tcp", "--out", where], where);
      assert.equal(code, 0);
      assert.deepEqual(readdirSync(join(folder, where)).sort(), ["report.html", "report.md", "results.json"]);
    });

  test.runIf(platform() === "linux")("a disk that is full is one, told in one line", async () => {
    for (const words of [["list"], ["--version"]]) {
      const { code, rest } = await endOf(words, "stdout", "/dev/full");
      assert.equal(code, 1);
      assert.match(rest, /^notif-lab: can't write to stdout \(no space left on device\)\n$/);
    }
    assert.equal((await endOf(["bnech"], "stderr", "/dev/full")).code, 2);
  });
});
