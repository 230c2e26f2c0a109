import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Results } from "../harness/result/result.ts";
import { settingsOf } from "../reports/decision/fragment.ts";
import { decisionInput } from "../reports/decision/gather-input.ts";
import { metricsOf, resultsOf, unwell } from "../reports/model/results.test-fixture.ts";
import { summarize } from "../reports/model/summary.ts";
import { askSettings, Interrupted } from "./flags/advise-questions.ts";
import { CliFailure } from "./process/failure.ts";
import { runNotifLab } from "./process.test-fixture.ts";

let folder = "";

const notifLab = (...words: string[]) => runNotifLab(words, folder);

/** Three transports over ten blocks of notify and chat: in all figures sse at twice and grpc at half of websocket's. */
const FACTORS: Readonly<Record<string, number>> = { websocket: 1, sse: 2, grpc: 0.5 };
const run: Results = resultsOf({
  transports: Object.keys(FACTORS),
  scenarios: ["notify", "chat"],
  blocks: 10,
  trial: (trial) => ({
    ...trial,
    metrics: metricsOf((FACTORS[trial.transport] ?? 1) * (1 + 0.001 * (trial.block % 3))),
  }),
});
const input = decisionInput(run, summarize(run));
const write = (name: string, results: Results) => writeFileSync(join(folder, name), JSON.stringify(results));
const lines = (text: string) => text.trimEnd().split("\n");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-advise-"));
  write("run.json", run);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("advise with flags", () => {
  test("prints who is out and why, the ranking, and the page's address for the same settings", async () => {
    const { code, out, err } = await notifLab(
      ...["advise", "run.json", "--need", "browser", "--weights", "latency=3,cpu=0", "--scenarios", "chat"],
    );
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^grpc: out: Browser: a page can't use HTTP\/2 so; what it can use is gRPC-Web/m);
    assert.match(out, /^ +1 websocket +1\.00x +100 % +100 % .*\n +2 sse +2\.00x +0 % +0 % /m);
    assert.match(out, /websocket is first, 2\.00x ahead of sse\./);
    const fragment = /#decide\S+/.exec(out)?.[0] ?? "";
    assert.deepEqual(settingsOf(input, fragment), {
      settings: {
        needs: ["browser"],
        weights: { latency: 3, tail: 1, cpu: 0, memory: 1, bandwidth: 1, resilience: 1 },
        scenarios: ["chat"],
      },
      ignored: [],
    });
    assert.ok(lines(out).every((line) => line.length <= 80));
  });

  test("--json is the decision as data with names", async () => {
    const { out } = await notifLab("advise", "run.json", "--json", "--need", "none");
    const said = JSON.parse(out);
    assert.deepEqual(
      said.ranked.map(({ transport, rank }: { transport: string; rank: number }) => [transport, rank]),
      [
        ["grpc", 1],
        ["websocket", 2],
        ["sse", 3],
      ],
    );
    assert.equal(Number(said.ranked[1].ratios.latency.toFixed(3)), 2);
    assert.equal(said.notCounting[0].criterion, "resilience");
    assert.equal(said.fragment, "#decide");
  });

  test("of a single block nothing is ranked, in the words of every other report", async () => {
    write("quick.json", resultsOf({ transports: ["sse", "grpc"] }));
    const { code, out } = await notifLab("advise", "quick.json", "--need", "none");
    assert.equal(code, 0);
    const [said] = out.match(/Nothing is ranked: one block can't tell a difference/) ?? [];
    assert.ok(said);
    assert.match(
      (await notifLab("report", "quick.json", "--format", "md", "--out", "-")).out,
      new RegExp(said),
    );
    assert.doesNotMatch(out, /rank +transport|weightings|resamples|proven/);
    assert.equal(JSON.parse((await notifLab("advise", "quick.json", "--json")).out).hasVerdicts, false);
  });

  test("a transport that saturated is listed with the reason and has no score", async () => {
    const full = resultsOf({
      transports: ["sse", "grpc", "mqtt"],
      trial: (trial) => (trial.transport === "mqtt" ? unwell(trial, "saturated", "carried 61 %") : trial),
    });
    write("full.json", full);
    const { out } = await notifLab("advise", "full.json", "--need", "none");
    assert.match(out, /^mqtt: not scored: notify: .*carried 61 %/m);
    assert.doesNotMatch(out, /^ +\d mqtt/m);
  });

  test("where nobody can be asked the defaults are taken, and said", async () => {
    const { code, out, err } = await notifLab("advise", "run.json");
    assert.equal(code, 0);
    assert.equal(out, (await notifLab("advise", "run.json", "--need", "none")).out);
    assert.match(
      err,
      /^Nobody can be asked here, so nothing is required, .* --need, --weights or --scenarios .*\n$/,
    );
    const json = await notifLab("advise", "run.json", "--json");
    assert.equal(JSON.parse(json.out).ranked.length, 3);
    assert.equal((await notifLab("advise", "run.json", "--need", "none")).err, "");
  });

  test("without a file takes the newest of the results folder", async () => {
    for (const [name, transports, at] of [
      ["old", ["sse", "mqtt"], 1_000],
      ["new", ["sse", "grpc"], 2_000],
    ] as const) {
      mkdirSync(join(folder, "notif-lab-results", name), { recursive: true });
      const path = join("notif-lab-results", name, "results.json");
      write(path, resultsOf({ transports: transports }));
      utimesSync(join(folder, path), at, at);
    }
    const { out } = await notifLab("advise", "--need", "none", "--json");
    assert.equal(JSON.parse(out).file, join("notif-lab-results", "new", "results.json"));
  });

  test.each([
    [["advise", "run.json", "--need", "brwser"], /unknown requirement "brwser"; did you mean browser\?/],
    [["advise", "run.json", "--weights", "latency"], /a weight looks like latency=3, not "latency"/],
    [["advise", "run.json", "--weights", "cpu=11"], /the weight of cpu takes a whole number from 0 to 10/],
    [["advise", "run.json", "--scenarios", "iot"], /unknown scenario of this run "iot".* notify, chat/],
    [["advise", "nowhere.json", "--need", "none"], /can't read nowhere\.json/],
  ])("%j fails in one line with exit code 2", async (words, message) => {
    const { code, out, err } = await notifLab(...words);
    assert.deepEqual([code, out, lines(err).length], [2, "", 1]);
    assert.match(err, message);
  });
});

describe("questions", () => {
  /** Types each text once a question stands there. */
  function asked(answers: readonly string[], given = {}, by = input) {
    const input = new PassThrough();
    const output = new PassThrough();
    let shown = "";
    const left = [...answers];
    output.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a prompt ends with the escapes that place the cursor
      if (!/\[[^\]]*\] (\u001b\[[0-9]*[A-Z])*$/.test(chunk.toString())) return;
      const next = left.shift();
      if (next !== undefined) setImmediate(() => (next === "EOF" ? input.end() : input.write(next)));
    });
    return { settings: askSettings(by, given, { input, output }), shown: () => shown };
  }
  const ENTER = "\r";
  const weightsAsked = 6;

  test("an empty answer takes the default", async () => {
    const { settings } = asked(Array.from({ length: 2 + weightsAsked }, () => ENTER));
    const weights = Object.fromEntries(input.criteria.map(({ key }) => [key, 1]));
    assert.deepEqual(await settings, { needs: [], weights, scenarios: ["notify", "chat"] });
  });

  test("a wrong answer is told and asked again", async () => {
    const { settings, shown } = asked([
      "brwser\r",
      "browser, binary\r",
      "7\r",
      "x\r",
      "0\r",
      ...Array(5).fill(ENTER),
    ]);
    const { needs, weights } = await settings;
    assert.deepEqual(needs, ["browser", "binary"]);
    assert.deepEqual([weights.latency, weights.tail, weights.cpu], [7, 0, 1]);
    assert.match(shown(), /did you mean browser/);
    assert.match(shown(), /the weight of tail takes a whole number from 0 to 10, not "x"/);
  });

  test("what is asked stays within 80 columns, however many scenarios there are", async () => {
    const scenarios = Array.from({ length: 13 }, (_, place) => `a-scenario-of-some-length-${place}`);
    const { settings, shown } = asked(Array(2 + weightsAsked).fill(ENTER), {}, { ...input, scenarios });
    assert.deepEqual((await settings).scenarios, scenarios);
    const wide = shown()
      .split(/\r?\n/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a prompt ends with the escapes that place the cursor
      .map((line) => line.replace(/\u001b\[[0-9]*[A-Z]/g, ""))
      .filter((line) => line.length > 80);
    assert.deepEqual(wide, []);
  });

  test("what a flag says is not asked", async () => {
    const { settings, shown } = asked(["chat\r"], { needs: ["browser"], weights: { latency: 1 } });
    assert.deepEqual((await settings).scenarios, ["chat"]);
    assert.doesNotMatch(shown(), /What must it have|What matters/);
  });

  test("Ctrl-C and the end of input end it", async () => {
    await assert.rejects(asked(["\u0003"]).settings, Interrupted);
    const ended = asked([ENTER, "EOF"]).settings;
    await assert.rejects(ended, (error) => error instanceof CliFailure && error.exitCode === 2);
  });
});
