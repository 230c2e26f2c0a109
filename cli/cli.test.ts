import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { RESULTS_SCHEMA, resultsSchema } from "../harness/result/result.ts";
import { transports } from "../transports/registry.ts";
import { endedSoon, type Outcome, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...words: string[]) => startNotifLab(words, folder);

const notifLab = (...words: string[]): Promise<Outcome> => start(...words).ended;

/** In this process: enough for what is about words and files. */
const notifLabHere = (...words: string[]): Promise<Outcome> => runNotifLab(words, folder);

const tiny = ["--quick", "--connections", "20", "--duration", "0.5", "--warmup", "0.2", "--rate", "20"];

describe("wrong input is answered with one line and exit code 2", () => {
  const cases: [string, string[], RegExp][] = [
    ["an unknown transport", ["bench", "--transports", "websockt"], /did you mean websocket\?/],
    ["an unknown scenario", ["bench", "--scenarios", "fanout"], /did you mean fan-out\?/],
    [
      "an unknown flag",
      ["bench", "--conections", "5"],
      /unknown option '--conections'.*Did you mean --connections/,
    ],
    ["an unknown command", ["bnech"], /unknown command 'bnech'.*Did you mean bench/],
    ["no command", [], /--help/],
    ["a flag without its value", ["bench", "--rate"], /--rate/],
    [
      "no connections",
      ["bench", "--connections", "0"],
      /--connections takes a whole number from 2 to 40000, not "0"/,
    ],
    ["half a connection", ["bench", "--connections", "2.5"], /--connections takes a whole number/],
    ["a negative rate", ["bench", "--rate=-5"], /--rate takes a number from 0.1/],
    ["a rate in words", ["bench", "--rate", "fast"], /not "fast"/],
    ["an endless duration", ["bench", "--duration", "Infinity"], /--duration takes a number/],
    ["an empty number", ["bench", "--seed", ""], /--seed takes a whole number/],
    ["both presets", ["bench", "--quick", "--rigorous"], /choose one/],
    ["a folder that can't be", ["bench", "--out", "/dev/null/x"], /can't write to \/dev\/null\/x .*--out/],
    ["nothing to resume", ["bench", "--resume", "nowhere"], /can't read nowhere\/results.json/],
    ["a report of nothing", ["report", "missing.json"], /can't read missing.json/],
    ["an unknown format", ["report", "x.json", "--format", "pdf"], /unknown format "pdf"/],
    ["serving a transport without a network", ["serve", "loopback"], /can't be served/],
    [
      "serving on no port",
      ["serve", "websocket", "--port", "70000"],
      /--port takes a whole number from 0 to 65535/,
    ],
    ["a link nobody knows", ["bench", "--link", "5g"], /--link: "5g" is not a link; choose one of lan, wifi/],
    [
      "a scenario file that is not there",
      ["bench", "--scenario-file", "no.yaml"],
      /can't read no\.yaml.*init/,
    ],
    ["a transport module that is not there", ["bench", "--transport-module", "no.js"], /can't load no\.js/],
    ["a service level that can't be", ["capacity", "--slo", "p99 < 0ms"], /can never be/],
    ["no service level", ["capacity"], /required option '--slo/],
    [
      "capacity over nothing known",
      ["capacity", "--slo", "lost = 0", "--over", "payload"],
      /--over <what>.*Allowed choices are rate, connections/,
    ],
    [
      "a number that is what is searched",
      ["capacity", "--slo", "lost = 0", "--rate", "5"],
      /--rate is varied by this study/,
    ],
    ["a sweep over nothing", ["sweep", "--over", "payload"], /as payload=64\.\.4096/],
    [
      "a sweep from less than is possible",
      ["sweep", "--over", "payload=16..4096"],
      /from 21 to 65536, not "16"/,
    ],
    ["a sweep backwards", ["sweep", "--over", "rate=50..10"], /from low to high/],
    ["a sweep of no metric", ["sweep", "--over", "rate=1..10", "--metric", "p98"], /no metric "p98"/],
    ["serving a strange user", ["serve", "websocket", "--user", "a/b"], /--user takes letters/],
  ];
  for (const [what, words, message] of cases) {
    test(what, async () => {
      const { code, out, err } = await notifLabHere(...words);
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.match(err, message);
      assert.equal(err.trimEnd().split("\n").length, 1, err);
    });
  }

  test("a results file that is cut short, foreign, of another version, or damaged", async () => {
    const write = (text: string) => writeFileSync(join(folder, "broken.json"), text);
    const results = { schema: RESULTS_SCHEMA, startedAt: "yesterday" };
    for (const [text, message] of [
      [JSON.stringify(results).slice(0, 30), /cut short/],
      ["[1]", /not a notif-lab results file/],
      [
        JSON.stringify({ schema: "notif-lab/results@9" }),
        /version "notif-lab\/results@9"; this notif-lab reads/,
      ],
      [JSON.stringify(results), /damaged at startedAt/],
    ] as const) {
      write(text);
      const { code, err } = await notifLabHere("report", "broken.json");
      assert.equal(code, 2);
      assert.match(err, message);
      assert.equal(err.trimEnd().split("\n").length, 1, err);
    }
  });
});

/** Empty when it has none: ps ends with 1 then. */
const childrenOf = (pid: number | undefined): number[] =>
  spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((line) => line.trim() !== "")
    .map(Number);

describe("bench", () => {
  test("writes results and reports, prints a table, and renders the same again", {
    timeout: 240_000,
  }, async () => {
    const { code, out, err } = await notifLab("bench", ...tiny, "--transports", "websocket", "--out", "a");
    assert.equal(code, 0, err);
    const read = (name: string) => readFileSync(join(folder, "a", name), "utf8");
    const results = resultsSchema.parse(JSON.parse(read("results.json")));
    assert.deepEqual(
      results.trials.map((trial) => trial.state),
      ["completed", "completed"],
    );
    assert.match(results.command, /bench --quick --connections 20/);
    assert.match(out, /websocket[\s\S]*report\.html/);
    assert.match(err, /\[1\/2\]/);
    const html = read("report.html");
    assert.match(html, /<!doctype html>/i);
    assert.equal((await notifLabHere("report", "a/results.json", "--out", "b")).code, 0);
    assert.equal(readFileSync(join(folder, "b", "report.html"), "utf8"), html);
    assert.deepEqual(readdirSync(join(folder, "a")).sort(), ["report.html", "report.md", "results.json"]);
  });

  test("--json prints the results and nothing else; an earlier run is set aside", {
    timeout: 240_000,
  }, async () => {
    mkdirSync(join(folder, "c"));
    copyFileSync(join(folder, "a", "results.json"), join(folder, "c", "results.json"));
    const one = ["--transports", "tcp", "--scenarios", "fan-out", "--json", "--out", "c"];
    const { out, err } = await notifLab("bench", ...tiny, ...one);
    assert.equal(resultsSchema.parse(JSON.parse(out)).trials.length, 1);
    assert.equal(err, "");
    assert.equal(
      readdirSync(join(folder, "c")).filter((name) => name.startsWith("results-before-")).length,
      1,
    );
  });

  test("Ctrl-C keeps what there is, exits with 130, and leaves no process", {
    timeout: 240_000,
  }, async () => {
    const { child, ended, texts } = start(
      "bench",
      ...tiny,
      "--transports",
      "tcp",
      "--scenarios",
      "fan-out",
      "--blocks",
      "50",
      "--out",
      "d",
    );
    while (!/\[2\/50\]/.test(texts.err)) await once(child.stderr, "data");
    // Between trials it may have none for a moment.
    let pids: number[] = [];
    while (pids.length === 0) {
      assert.equal(child.exitCode, null, texts.err);
      pids = childrenOf(child.pid);
      await sleep(20);
    }
    child.kill("SIGINT");
    const { code, out } = await ended;
    assert.equal(code, 130);
    assert.match(out, /go on with: notif-lab bench --resume/);
    const results = resultsSchema.parse(JSON.parse(readFileSync(join(folder, "d", "results.json"), "utf8")));
    assert.ok(results.trials.length >= 1 && results.finishedAt === undefined);
    assert.match(readFileSync(join(folder, "d", "report.html"), "utf8"), /did not finish/);
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), `process ${pid} is left`);
    const { code: again, err } = await notifLabHere("bench", "--resume", "d", "--rate", "5");
    assert.deepEqual([again, /leave out --rate/.test(err)], [2, true]);
  });
});

describe("serve", () => {
  for (const transport of transports.filter(({ supports }) => supports.network))
    test(`${transport.name} prints endpoint and token, serves, and ends soon with clients connected`, {
      timeout: 240_000,
      tags: transport.name.includes(":") ? ["full"] : [],
    }, async () => {
      const { child, ended, texts } = start("serve", transport.name, "--port", "0", "--json");
      while (!texts.out.includes("\n")) await once(child.stdout, "data");
      const { endpoint, token } = JSON.parse(texts.out);
      const client = await transport.connect(
        { url: endpoint },
        { token, reconnect: { attempts: 0, delayMs: 0, jitter: 0 } },
      );
      const got = new Promise<string>((resolve) => {
        void client.subscribe("topic/news", (event) =>
          resolve(event.kind === "notification" ? event.body : ""),
        );
      });
      await client.publish({ channel: "topic/news", body: "hello" });
      assert.equal(await got, "hello");
      child.kill("SIGTERM");
      const { code } = await endedSoon(ended);
      assert.equal(code, 0);
      await client.closed;
      await client.close();
    });

  test("a port that is taken is told in one line", async () => {
    const { child, ended, texts } = start("serve", "tcp", "--json");
    while (!texts.out.includes("\n")) await once(child.stdout, "data");
    const port = new URL(JSON.parse(texts.out).endpoint).port;
    const { code, err } = await notifLab("serve", "websocket", "--port", port);
    assert.equal(code, 1);
    assert.match(err, /can't listen on 127\.0\.0\.1:\d+ .*choose another --port/);
    child.kill("SIGINT");
    assert.equal((await ended).code, 0);
  });
});

describe("list, doctor, version, help", () => {
  test("list names every transport and parameter, as text and as JSON", async () => {
    const { out } = await notifLabHere("list");
    for (const { name } of transports) assert.ok(out.includes(`  ${name} `), name);
    assert.match(out, /--connections .*500 connections \(2 to 40000\)/);
    const described = JSON.parse((await notifLabHere("list", "--json")).out);
    assert.deepEqual(
      described.transports.map(({ name }: { name: string }) => name),
      transports.map(({ name }) => name),
    );
  });

  test("doctor finds what the transports need", async () => {
    const { code, out } = await notifLabHere("doctor");
    assert.equal(code, 0, out);
    for (const what of ["Node.js", "cores", "memory", "open files", "ports", "clock", "ws 8", "aedes"]) {
      assert.ok(out.includes(what), what);
    }
  });

  test("the version is the package's, and help lists the commands", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    assert.equal((await notifLab("--version")).out, `${manifest.version}\n`);
    const { code, out } = await notifLabHere("--help");
    assert.equal(code, 0);
    for (const command of ["bench", "list", "report", "compare", "serve", "doctor"])
      assert.ok(out.includes(command));
  });
});

describe("a scenario of one's own", () => {
  test("is written by init, runs, and shows in the results; init never overwrites", {
    timeout: 240_000,
  }, async () => {
    const made = await notifLabHere("init", "mine.yaml");
    assert.equal(made.code, 0, made.err);
    const again = await notifLabHere("init", "mine.yaml");
    assert.equal(again.code, 2);
    assert.match(again.err, /^notif-lab: mine\.yaml already exists.*--force\n$/);
    const file = join(folder, "mine.yaml");
    const text = readFileSync(file, "utf8")
      .replace("measureMs: 5000", "measureMs: 500")
      .replace("warmupMs: 1000", "warmupMs: 200");
    writeFileSync(file, `${text}faults:\n  - { kind: link-reset, atMs: 200 }\n`);
    const { code, err } = await notifLabHere(
      ...["bench", "--quick", "--transports", "tcp", "--scenario-file", "mine.yaml", "--out", "mine"],
    );
    assert.equal(code, 0, err);
    const results = resultsSchema.parse(
      JSON.parse(readFileSync(join(folder, "mine", "results.json"), "utf8")),
    );
    const [trial] = results.trials;
    assert.equal(trial?.state, "completed", trial?.reason);
    assert.deepEqual(
      [results.scenarios[0]?.name, trial?.metrics?.connections, trial?.metrics?.faults?.length],
      ["my-scenario", 61, 1],
    );
    const changed = await notifLabHere("bench", "--resume", "mine");
    assert.equal(changed.code, 2);
    assert.match(changed.err, /give its --scenario-file again/);
  });
});

describe("studies", () => {
  test("capacity finds what a service level allows, and names what gave out", {
    timeout: 240_000,
    tags: ["full"],
  }, async () => {
    const { code, out, err } = await notifLabHere(
      ...["capacity", "--slo", "p99 < 1s, lost = 0", "--transports", "tcp", "--connections", "10"],
      ...["--duration", "0.5", "--warmup", "0", "--max", "40", "--json"],
    );
    // Beside other tests the machine may be too busy to tell, and then the study says so.
    if (code === 1) return assert.match(err, /^notif-lab: too many trials are void: [^\n]+\n$/);
    assert.equal(code, 0, err);
    const { schema, wires } = JSON.parse(out);
    assert.equal(schema, "notif-lab/capacity@1");
    // 40 a second for nine subscribers is nothing: whatever the machine does, the search ends at --max or says why not.
    assert.ok(wires[0].holds === 40 || typeof wires[0].limit === "string", out);
    assert.ok(wires[0].trials.length >= 3);
  });
});
