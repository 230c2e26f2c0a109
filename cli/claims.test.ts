import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { claims } from "../claims/registry.ts";
import { chosen } from "./claims/chosen.ts";
import { endedSoon, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-claims-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const FILES = ["claims.html", "claims.md", "claims.json"];
const notifLab = (...words: string[]) => runNotifLab(["claims", ...words], folder);

test("the list has every sentence, as text and as JSON", async () => {
  const { code, out } = await notifLab();
  assert.equal(code, 0);
  for (const { id } of claims) assert.ok(out.includes(`\n${id}`) || out.startsWith(id), id);
  const json = await notifLab("--json");
  assert.deepEqual(
    JSON.parse(json.out).map(({ id }: { id: string }) => id),
    claims.map(({ id }) => id),
  );
});

test("a claim is shown with its readings, experiments and what is not here", async () => {
  const { code, out } = await notifLab("show", "seed-latency", "umea-webtransport");
  assert.equal(code, 0);
  assert.match(out, /Arithmetic: 1 - 30\/100: its numbers make 0\.7, as it says/);
  assert.match(out, /Read as: a notification now and then/);
  assert.match(out, /on: notify, 43 connections, 80\/s, 200 characters, link delay=20ms/);
  assert.match(out, /Not read: only its abstract/);
  const held = await notifLab("show", "seed-uws-memory");
  assert.match(
    held.out.replace(/\s+/g, " "),
    /on: idle, 2,000 connections, 0\.5 s \(with --quick: idle, 800 connections, 0\.5 s\)/,
  );
});

describe("wrong words are answered with one line and exit code 2", () => {
  test.each([
    [["try"], /claims takes run or show/],
    [["run"], /name the claims to run, or give --all/],
    [["show"], /name the claims to show/],
    [["run", ""], /name the claims to run, or give --all/],
    [["run", ",", "--quick"], /name the claims to run, or give --all/],
    [["run", "seed-latncy"], /unknown claim "seed-latncy"; did you mean seed-latency\?/],
    [["run", "--all", "bun-websocket"], /leave out the names or --all/],
  ] as const)("%j", async (words, message) => {
    const { code, out, err } = await notifLab(...words);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, message);
    assert.equal(err.trimEnd().split("\n").length, 1, err);
  });
});

test("a quick run without names is of all claims", () => {
  assert.deepEqual(chosen([], { quick: true }, "run"), claims);
  assert.deepEqual(chosen([], { quick: true, all: true }, "run"), claims);
  const named = chosen(["seed-http2", "seed-latency,bun-websocket"], { quick: true }, "run");
  assert.deepEqual(
    named.map(({ id }) => id),
    ["seed-latency", "seed-http2", "bun-websocket"],
  );
  assert.throws(() => chosen([], { quick: true }, "show"), /name the claims to show/);
});

test("claims without experiments are told at once, in all forms; later runs keep them on the page", async () => {
  const first = await notifLab("run", "seed-http2,bun-websocket", "--quick", "--out", "o");
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /seed-http2 {2}holds under these conditions/);
  assert.match(first.out, /bun-websocket {2}can't be told/);
  const second = await notifLab("run", "kaminski-grpc", "--quick", "--out", "o", "--json");
  const told = JSON.parse(second.out).findings.map(({ id }: { id: string }) => id);
  assert.deepEqual(told, ["seed-http2", "bun-websocket", "kaminski-grpc"]);
  for (const name of FILES) assert.match(readFileSync(join(folder, "o", name), "utf8"), /kaminski-grpc/);
  const list = await notifLab("--out", "o");
  assert.match(list.out, /holds under these conditions/);
  assert.match(
    list.out.replace(/\s+/g, " "),
    /Verdicts are those of quick runs \(--quick\), the last at \d{4}-/,
  );
});

test("a whole run sets the verdicts of quick ones aside, and says where", async () => {
  const quick = await notifLab("run", "seed-http2", "--quick", "--out", "m");
  assert.equal(quick.code, 0, quick.err);
  const whole = await notifLab("run", "kaminski-grpc", "--out", "m");
  assert.equal(whole.code, 0, whole.err);
  const [, page = ""] = /^the verdicts of an earlier quick run are kept as (.+)$/m.exec(whole.err) ?? [];
  assert.match(readFileSync(page, "utf8"), /seed-http2/);
  for (const name of FILES) assert.doesNotMatch(readFileSync(join(folder, "m", name), "utf8"), /seed-http2/);
});

test("a run that is interrupted says what is left, why, and which command goes on", async () => {
  const words = ["claims", "run", "seed-bandwidth", "--quick", "--out", "i"];
  const { child, ended, texts } = startNotifLab(words, folder);
  while (!/experiments 1 of 1/.test(texts.err)) await once(child.stderr, "data");
  child.kill("SIGINT");
  const { code, out, err } = await endedSoon(ended);
  assert.equal(code, 130, err);
  assert.match(
    err.trimEnd().split("\n").at(-1) ?? "",
    /^notif-lab: 1 of 1 group of experiments is left \(about .*\); to go on: .*claims run seed-bandwidth --quick --out i$/,
  );
  assert.match(
    out.replace(/\s+/g, " "),
    /the run was interrupted before its experiment was at its end; the same command goes on/,
  );
});

test("a damaged file of verdicts or of an experiment is made anew", async () => {
  mkdirSync(join(folder, "d", "experiments"), { recursive: true });
  writeFileSync(join(folder, "d", "claims.json"), "{");
  writeFileSync(join(folder, "d", "experiments", "quick-0.json"), "{");
  const { code, err } = await notifLab("run", "seed-http2", "--quick", "--out", "d");
  assert.equal(code, 0, err);
  assert.match(readFileSync(join(folder, "d", "claims.json"), "utf8"), /seed-http2/);
});
