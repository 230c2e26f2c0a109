import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Results } from "../harness/result/result.ts";
import { metricsOf, resultsOf } from "../reports/model/results.test-fixture.ts";
import { runNotifLab, TINY } from "./process.test-fixture.ts";

let folder = "";

const notifLab = (...words: string[]) => runNotifLab(words, folder);

/** Two transports over four blocks, websocket's times by this factor. */
function runOf(websocket: number, blocks = 4): Results {
  return resultsOf({
    transports: ["websocket", "sse"],
    blocks,
    trial: (trial) => ({
      ...trial,
      metrics: metricsOf((trial.transport === "sse" ? 2 : websocket) * (1 + 0.01 * (trial.block % 3))),
    }),
  });
}

const write = (name: string, results: Results) => writeFileSync(join(folder, name), JSON.stringify(results));
const lines = (text: string) => text.trimEnd().split("\n");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-compare-"));
  write("a.json", runOf(1));
  write("slower.json", runOf(1.5));
  write("seed.json", { ...runOf(1), seed: 7 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("compare", () => {
  test("prints what changed and that the runs were made at different times", async () => {
    const { code, out, err } = await notifLab("compare", "a.json", "slower.json");
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^websocket\n {2}p50 .* 1\.50x \(1\.50–1\.50\) +worse$/m);
    assert.match(out, /made at different times/);
    assert.ok(lines(out).every((line) => line.length <= 80));
  });

  test("--json is the comparison as data, --format md a table for a pull request", async () => {
    const json = await notifLab("compare", "a.json", "slower.json", "--json");
    const [scenario] = JSON.parse(json.out).scenarios;
    assert.equal(scenario.transports[0].metrics[0].effect.blocks, 4);
    const { out } = await notifLab("compare", "a.json", "slower.json", "--format", "md");
    assert.match(out, /^\| websocket \| p50 \|/m);
  });

  test("other plans are refused in one line that says what differs, unless allowed", async () => {
    const { code, out, err } = await notifLab("compare", "a.json", "seed.json");
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /have different plans: seed 42 in A, 7 in B; compare them anyway with --allow/);
    assert.equal(lines(err).length, 1);
    const allowed = await notifLab("compare", "a.json", "seed.json", "--allow");
    assert.equal(allowed.code, 0);
    assert.match(allowed.out, /^! seed 42 in A, 7 in B$/m);
  });

  test("--fail-on ends with 1 and a line for each figure that got worse, else with 0", async () => {
    const worse = await notifLab(
      ...["compare", "a.json", "slower.json", "--fail-on", "p50 > 10%", "--fail-on", "cpu > 5%,lost > 0%"],
    );
    assert.equal(worse.code, 1);
    assert.deepEqual(
      lines(worse.err).map((line) => /^notif-lab: (\S+) is 50 % worse/.exec(line)?.[1]),
      ["websocket.notify.deliveryLatencyUs.p50", "websocket.notify.serverCpuUsPerDelivery"],
    );
    assert.equal((await notifLab("compare", "a.json", "slower.json", "--fail-on", "p50 > 60%")).code, 0);
    assert.equal((await notifLab("compare", "slower.json", "a.json", "--fail-on", "p50 > 0%")).code, 0);
  });

  const wrong: [string, string[], RegExp][] = [
    ["a rule without a per cent", ["--fail-on", "p99 > 10"], /as "p99 > 10%"/],
    ["a metric nobody knows", ["--fail-on", "p98 > 10%"], /no metric "p98"; did you mean p9/],
    [
      "a transport that did not run",
      ["--fail-on", "mqtt.notify.p99 > 10%"],
      /no transport "mqtt" in this run/,
    ],
    [
      "a format nobody knows",
      ["--format", "pdf"],
      /pdf.* is invalid. Allowed choices are text, md, html, json/,
    ],
    ["two formats", ["--format", "md", "--json"], /choose one of --json and --format/],
  ];
  for (const [what, flags, message] of wrong) {
    test(`${what} is wrong usage, told in one line`, async () => {
      const { code, out, err } = await notifLab("compare", "a.json", "slower.json", ...flags);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, message);
      assert.equal(lines(err).length, 1, err);
    });
  }

  test("a file that is none, and one file alone, are wrong usage", async () => {
    const { code, err } = await notifLab("compare", "a.json", "missing.json");
    assert.equal(code, 2);
    assert.match(err, /can't read missing\.json/);
    assert.equal((await notifLab("compare", "a.json")).code, 2);
  });
});

describe("bench against thresholds and a baseline", () => {
  const bench = (...words: string[]) =>
    notifLab("bench", ...TINY, "--transports", "tcp", "--scenarios", "notify", ...words);

  const wrong: [string, string[], RegExp][] = [
    [
      "a threshold on a transport that does not run",
      ["--threshold", "tpc.notify.lost == 0"],
      /did you mean tcp\?/,
    ],
    ["a threshold in a strange unit", ["--threshold", "p50 < 20 MiB"], /takes us, ms, s, not "MiB"/],
    ["a threshold that is none", ["--threshold", "p50"], /--threshold takes a figure/],
    ["--fail-on without a baseline", ["--fail-on", "p50 > 10%"], /name its results\.json with --baseline/],
    ["a baseline that is none", ["--baseline", "missing.json"], /can't read missing\.json/],
    ["a baseline of other transports", ["--baseline", "a.json"], /no transport in common/],
  ];
  for (const [what, flags, message] of wrong) {
    test(`${what} is told before anything is measured`, async () => {
      const { code, out, err } = await bench("--out", "never", ...flags);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, message);
      assert.equal(lines(err).length, 1, err);
      assert.throws(() => readFileSync(join(folder, "never", "results.json")));
    });
  }

  test("thresholds decide the exit code and stand in the reports chosen; a baseline of the same plan is compared, of another refused", {
    timeout: 240_000,
  }, async () => {
    const met = await bench(
      ...["--out", "met", "--threshold", "*.notify.lost == 0", "--quiet", "--format", "csv,junit,json"],
    );
    assert.match(
      met.out,
      /^Report {3}\S+report\.csv\nReport {3}\S+junit\.xml\nResults {2}\S+results\.json\n$/,
    );
    assert.deepEqual(readdirSync(join(folder, "met")).sort(), ["junit.xml", "report.csv", "results.json"]);
    assert.match(readFileSync(join(folder, "met", "junit.xml"), "utf8"), /name="tcp\.notify\.lost == 0"/);
    const [trial] = JSON.parse(readFileSync(join(folder, "met", "results.json"), "utf8")).trials.slice(-1);
    // On a machine too busy to measure on, the trial is invalid, and what was not measured is not met.
    const isMet = trial.state === "completed" && trial.metrics.lost === 0;
    assert.deepEqual([met.code, met.err === ""], [isMet ? 0 : 1, isMet], met.err);
    const both = await bench(
      ...["--out", "both", "--baseline", "met/results.json", "--fail-on", "p50 > 100000%"],
      ...["--threshold", "tcp.notify.delivered < 1", "--threshold", "p999 < 1s"],
    );
    assert.equal(both.code, 1);
    assert.match(
      both.err,
      /^notif-lab: tcp\.notify\.delivered < 1 is not met: (measured \d+|not measured \(\w+\))$/m,
    );
    assert.match(both.err, /p999 < 1\.00 s is not met: not (given: it needs 30,000 publishes|measured)/);
    assert.match(both.out, /B against A[\s\S]*^tcp\n {2}/m);
    const other = await bench("--out", "never", "--baseline", "met/results.json", "--seed", "9");
    assert.equal(other.code, 2);
    assert.match(other.err, /have different plans: seed 1 in A, 9 in B; use the flags/);
  });
});
