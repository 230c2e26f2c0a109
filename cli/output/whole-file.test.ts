import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { runNotifLab, startNotifLab } from "../process.test-fixture.ts";
import { makeFolder, writeWhole } from "./whole-file.ts";

let folder = "";
const at = (...names: string[]) => join(folder, ...names);
const notifLab = (...words: string[]) => startNotifLab(words, folder).ended;
const notifLabHere = (...words: string[]) => runNotifLab(words, folder);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-files-"));
  const run = resultsOf({ transports: ["sse", "grpc"] });
  writeFileSync(at("a.json"), JSON.stringify(run));
  writeFileSync(at("b.json"), JSON.stringify({ ...run, startedAt: "2026-03-03T04:05:06.000Z" }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every command that writes, with the place to write to last. */
const WRITERS: readonly (readonly string[])[] = [
  ["bench", "--out"],
  ["report", "a.json", "--out"],
  ["compare", "a.json", "b.json", "--out"],
  ["trend", "a.json", "b.json", "--out"],
  ["capacity", "--slo", "lost = 0", "--out"],
  ["sweep", "--over", "rate=1..2", "--out"],
  ["init", "--force"],
];

describe("a place that can't be written to is told in one line, before anything is measured", () => {
  const places = ["/dev/null/x/y", "", ...(platform() === "linux" ? ["/proc/nope/x"] : [])];
  const cases = WRITERS.flatMap((words) => places.map((place) => [...words, place]));
  test.each(cases.map((words) => [words.join(" "), words] as const))("%s", async (_, words) => {
    const { code, out, err } = await notifLabHere(...words);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^notif-lab: [^\n]+\n$/);
  });

  test("a folder in place of a file, for those that write one", async () => {
    mkdirSync(at("taken"));
    for (const words of WRITERS.slice(2)) {
      const { code, err } = await notifLabHere(...words, "taken");
      assert.equal(code, 2);
      assert.match(err, /^notif-lab: can't write taken[^\n]*it is a folder[^\n]*\n$/);
    }
  });
});

describe("makeFolder", () => {
  test("makes what is missing, and settles where several make the same at once", async () => {
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(at("p", "q", "r"))));
    await makeFolder(at("p", "q", "r"));
    assert.ok(lstatSync(at("p", "q", "r")).isDirectory());
  });

  test.runIf(platform() === "linux")("rejects below /proc, where Node's own never settles", async () => {
    await assert.rejects(makeFolder("/proc/nope"), /ENOENT/);
    await assert.rejects(makeFolder("/proc/1/nope/x"), /ENOENT/);
  });
});

describe("writeWhole", () => {
  test("replaces the content, keeps the file's mode, and leaves nothing else", async () => {
    mkdirSync(at("whole"));
    writeFileSync(at("whole", "kept"), "old", { mode: 0o600 });
    await writeWhole(at("whole", "kept"), "new");
    assert.equal(readFileSync(at("whole", "kept"), "utf8"), "new");
    assert.equal(lstatSync(at("whole", "kept")).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(at("whole")), ["kept"]);
  });

  test("does not write through names that somebody else has put there", async () => {
    mkdirSync(at("shared"));
    writeFileSync(at("mine"), "mine");
    // What a name of the process's number would have come to.
    for (const name of [`out.${process.pid}.tmp`, `.probe.${process.pid}.tmp`, "out"])
      symlinkSync(at("mine"), at("shared", name));
    await writeWhole(at("shared", "out"), "new");
    assert.equal(readFileSync(at("mine"), "utf8"), "mine");
    assert.equal(readFileSync(at("shared", "out"), "utf8"), "new");
  });

  test("takes a name as long as names go", async () => {
    const name = "x".repeat(255);
    await writeWhole(at(name), "new");
    assert.equal(readFileSync(at(name), "utf8"), "new");
  });

  test.runIf(platform() === "linux")("a device is written into, and stays one", async () => {
    await assert.rejects(writeWhole("/dev/full", "x"), /ENOSPC/);
    await writeWhole("/dev/null", "x");
    assert.ok(lstatSync("/dev/null").isCharacterDevice());
  });
});

describe.runIf(platform() !== "win32")("pipes", () => {
  const makePipe = (name: string) => {
    execFileSync("mkfifo", [at(name)]);
    return at(name);
  };
  const reader = (path: string) => {
    const child = spawn("cat", [path], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    return once(child, "close").then(() => text);
  };

  test.each([
    ["compare", ["compare", "a.json", "b.json", "--format", "json", "--out"]],
    ["trend", ["trend", "a.json", "b.json", "--out"]],
    ["init", ["init", "--force"]],
  ])("%s writes into one, which stays", async (name, words) => {
    const path = makePipe(name);
    const read = reader(path);
    const { code, err } = await notifLabHere(...words, name);
    assert.deepEqual([code, err], [0, ""]);
    assert.ok((await read).length > 100);
    assert.ok(lstatSync(path).isFIFO());
  });

  test("report writes into those in its folder", async () => {
    mkdirSync(at("piped"));
    const path = makePipe(join("piped", "report.md"));
    const read = reader(path);
    const { code } = await notifLabHere("report", "a.json", "--format", "md", "--out", "piped");
    assert.equal(code, 0);
    assert.match(await read, /^## /);
    assert.ok(lstatSync(path).isFIFO());
  });

  test("stdout under its other names is appended to, not written over", async () => {
    const { out } = await notifLab("compare", "a.json", "b.json", "--format", "json", "--out", "/dev/stdout");
    assert.equal((await notifLabHere("compare", "a.json", "b.json", "--json")).out, out);
  });

  test.each([
    ["to write to", ["compare", "a.json", "b.json", "--out"]],
    ["to read from", ["report"]],
  ])("one %s that nobody has the other end of is given up on Ctrl-C", async (what, words) => {
    const name = what.replaceAll(" ", "-");
    makePipe(name);
    const { child, ended } = startNotifLab([...words, name], folder);
    // The process waits in the kernel for the other end: that is what the signal must find.
    await waitUntilOpening(child.pid);
    child.kill("SIGINT");
    const [code] = await Promise.race([
      ended.then((one) => [one.code]),
      new Promise<never>((_, fail) => setTimeout(() => fail(new Error("it still waits")), 15_000).unref()),
    ]).finally(() => child.kill("SIGKILL"));
    assert.ok(code === null || code === 130, String(code));
  });
});

/** Until one of the process's threads stands in the opening of a pipe, which not every machine shows. */
async function waitUntilOpening(pid: number | undefined): Promise<void> {
  const patience = performance.now() + 3_000;
  const isOpening = () =>
    readdirSync(`/proc/${pid}/task`).some((task) =>
      /fifo_open|wait_for_partner/.test(readFileSync(`/proc/${pid}/task/${task}/wchan`, "utf8")),
    );
  while (performance.now() < patience && !(platform() === "linux" && isOpening()))
    await new Promise((resolve) => setTimeout(resolve, 10));
}
