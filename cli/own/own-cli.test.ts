import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, test } from "vitest";
import { resultsSchema } from "../../harness/result/result.ts";
import { runNotifLab } from "../process.test-fixture.ts";
import { EXAMPLE_SCENARIO } from "./example-scenario.ts";

const example = fileURLToPath(new URL("../../docs/examples/ndjson-transport.js", import.meta.url));
const ndjson = readFileSync(example, "utf8");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-own-"));
  const files: Record<string, string> = {
    "good.yaml": EXAMPLE_SCENARIO,
    "syntax.yaml": EXAMPLE_SCENARIO.replace("groups:", "groups: ]"),
    "schema.yaml": EXAMPLE_SCENARIO.replace("ratePerSecond: 10", "ratePerSecond: fast"),
    "odd-key.yaml": `${EXAMPLE_SCENARIO}? [a]\n: 1\n`,
    "fault.yaml": `${EXAMPLE_SCENARIO}faults: [{ kind: link-reset, atMs: 4000 }]\n`,
    "half.mjs": 'export default { name: "half", summary: "", supports: { resume: false }, serve() {} };',
    "throws.mjs": 'throw new Error("not\\ntoday");',
    "broken.mjs": "export default {",
    "other.mjs": "export const port = 1;",
    "tcp.mjs": ndjson.replace('"ndjson"', '"tcp"'),
    "deaf.mjs": ndjson
      .replace('"ndjson"', '"deaf"')
      .replace("lab.message(line)", `line.includes('"kind"') || lab.message(line)`),
    "named.mjs": ndjson.replace("export default (", "export const transport = async ("),
    "failing.mjs": 'export default () => { throw new Error("no\\nway"); };',
    "rejecting.mjs": 'export default async () => { throw new Error("not so"); };',
    "class.mjs": "export default class Mine {}",
    "nothing.mjs": "export default () => undefined;",
    "bare.mjs": 'export default async () => ({ name: "bare", summary: "", packages: [] });',
    "mute.mjs": ndjson.replace("    listen,\n    dial,\n", "    listen,\n"),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  copyFileSync(example, join(folder, "ndjson.mjs"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notifLab = (...words: string[]) => runNotifLab(words, folder);

describe("over TLS", { timeout: 240_000 }, () => {
  test("a transport is measured beside itself, and what has no network or takes no TLS is refused", {
    tags: ["full"],
  }, async () => {
    // With few deliveries at a time: on a busy machine several share a record.
    const few = ["--quick", "--duration", "0.5", "--warmup", "0", "--connections", "4"];
    const short = [...few, "--scenarios", "fan-out"];
    const one = await notifLab("bench", ...short, "--transports", "tcp,tcp:tls", "--json");
    assert.equal(one.code, 0, one.err);
    const { trials, transports } = resultsSchema.parse(JSON.parse(one.out));
    assert.deepEqual(transports, ["tcp", "tcp:tls"]);
    const bytes = trials.map(
      ({ transport, metrics }) => [transport, metrics?.tcpBytesOutPerDelivery ?? 0] as const,
    );
    const per = new Map(bytes);
    // A record costs 5 bytes of header, 16 of tag and 1 of type (RFC 8446, 5.2).
    const record = (per.get("tcp:tls") ?? 0) - (per.get("tcp") ?? 0);
    assert.ok(record >= 15 && record < 60, `${record} bytes a delivery more`);
    const nothing = await notifLab("bench", "--transports", "loopback:tls");
    assert.deepEqual([nothing.code, nothing.err.trim().split("\n").length], [2, 1]);
    assert.match(nothing.err, /leave out :tls/);
    const own = await notifLab(
      "bench",
      ...short,
      "--transport-module",
      "./ndjson.mjs",
      "--transports",
      "ndjson",
      "--tls",
      "--json",
    );
    assert.equal(own.code, 1);
    const mixed = resultsSchema.parse(JSON.parse(own.out));
    assert.deepEqual(mixed.transports, ["ndjson:tls"]);
    const reasons = mixed.trials.map(({ reason }) => reason ?? "");
    assert.equal(reasons.filter((reason) => /ndjson does not take the option tls/.test(reason)).length, 1);
  });
});

describe("what is wrong with a file of one's own is told in one line, with exit code 2", () => {
  const scenario = (name: string, ...more: string[]) => ["bench", "--scenario-file", name, ...more];
  const module = (name: string) => ["bench", "--transport-module", name];
  const cases: [string, string[], RegExp][] = [
    ["YAML that is none", scenario("syntax.yaml"), /: syntax\.yaml:9:9: /],
    [
      "a value of the wrong type",
      scenario("./schema.yaml"),
      /: \.\/schema\.yaml:29:20: traffic\[0\]\.ratePerSecond: /,
    ],
    ["a key that is a list", scenario("odd-key.yaml"), /odd-key\.yaml:\d+:\d+: /],
    ["no such scenario file", scenario("nowhere.yaml"), /can't read nowhere\.yaml: no such file/],
    ["a rate for a file", scenario("good.yaml", "--rate", "5"), /instead of with --rate/],
    ["the loop of a file", scenario("good.yaml", "--closed-loop"), /instead of with --closed-loop/],
    [
      "arrivals for a file beside others",
      scenario("good.yaml", "--scenarios", "notify", "--arrivals", "constant"),
      /instead of with --arrivals/,
    ],
    [
      "too short for its faults",
      scenario("fault.yaml", "--duration", "1"),
      /my-scenario: the fault link-reset/,
    ],
    ["an impossible duration", scenario("good.yaml", "--duration", "0"), /--duration takes a number from/],
    ["a file twice", scenario("good.yaml", "--scenario-file", "good.yaml"), /two scenario files are named/],
    ["a file that is there", ["init", "good.yaml"], /good\.yaml already exists.*--force/],
    [
      "half a port",
      module("half.mjs"),
      /half\.mjs is no transport: its export lacks supports\.network, supports\.slowConsumer, packages, connect\(\), example\(\);/,
    ],
    ["no port at all", module("other.mjs"), /neither a default export nor an export named transport/],
    ["no such module", module("nowhere.mjs"), /can't load nowhere\.mjs: no such file or directory$/],
    ["a folder for a module", module("."), /can't load \.: it is a folder/],
    ["a module that throws", module("throws.mjs"), /can't load throws\.mjs: not today/],
    ["a module that is cut short", module("broken.mjs"), /can't load broken\.mjs: Unexpected/],
    ["a function that throws", module("failing.mjs"), /failing\.mjs: its function throws: no way$/],
    ["a function that rejects", module("rejecting.mjs"), /rejecting\.mjs: its function throws: not so$/],
    ["a class", module("class.mjs"), /class\.mjs: its function throws: Class constructor Mine/],
    [
      "a function that returns nothing",
      module("nothing.mjs"),
      /nothing\.mjs is no transport: its function returns undefined; docs/,
    ],
    [
      "a function that returns half a port",
      module("bare.mjs"),
      /bare\.mjs is no transport: what its function returns lacks supports\.resume, .*, serve\(\), connect\(\), example\(\);/,
    ],
    [
      "half a transport",
      module("mute.mjs"),
      /mute\.mjs: its function throws: conversing\(\) lacks dial\(\)$/,
    ],
    ["a built-in's name", module("tcp.mjs"), /the name tcp belongs to a built-in transport/],
  ];
  for (const [what, words, message] of cases) {
    test(what, async () => {
      const { code, out, err } = await notifLab(...words);
      assert.equal(err.trimEnd().split("\n").length, 1, err);
      assert.match(err.trimEnd(), message);
      assert.deepEqual([code, out], [2, ""]);
    });
  }
});

describe("a run with what one brings", () => {
  // At the file's rate a slice would last for seconds.
  const short = ["--quick", "--no-interleave", "--duration", "0.5", "--warmup", "0.2", "--quiet"];
  const resultsOf = (name: string) =>
    resultsSchema.parse(JSON.parse(readFileSync(join(folder, name, "results.json"), "utf8")));

  test("delivers the file's notifications on the module's transport, and goes on only with both", {
    timeout: 240_000,
  }, async () => {
    const brought = ["--scenario-file", "good.yaml", "--transport-module", "named.mjs"];
    const { code, err } = await notifLab(
      "bench",
      ...short,
      ...brought,
      "--transports",
      "ndjson",
      "--out",
      "a",
    );
    assert.equal(code, 0, err);
    const results = resultsOf("a");
    const [trial] = results.trials;
    assert.deepEqual([results.transports, results.trials.length, trial?.state], [["ndjson"], 1, "completed"]);
    assert.deepEqual(results.scenarios[0]?.params, {
      connections: 61,
      rate: 30,
      payload: 256,
      duration: 0.5,
      warmup: 0.2,
    });
    const { delivered = 0, expected } = trial?.metrics ?? {};
    assert.ok(delivered > 100 && delivered === expected, `${delivered} of ${expected}`);

    const { finishedAt: _, ...rest } = results;
    writeFileSync(join(folder, "a", "results.json"), JSON.stringify({ ...rest, trials: [] }));
    const resume = (...words: string[]) => notifLab("bench", "--resume", "a", "--quiet", ...words);
    assert.match((await resume()).err, /transport ndjson from a module; give its --transport-module again/);
    assert.match(
      (await resume(...brought.slice(2))).err,
      /my-scenario from a file; give its --scenario-file/,
    );
    assert.equal((await resume(...brought)).code, 0);
    assert.equal(resultsOf("a").trials[0]?.planHash, trial?.planHash);
  });

  test("does not measure a module that fails the conformance check, and says why", {
    timeout: 240_000,
    tags: ["full"],
  }, async () => {
    const { code } = await notifLab(
      "bench",
      ...short,
      ...["--transport-module", "deaf.mjs", "--transports", "deaf", "--scenarios", "notify", "--out", "b"],
    );
    assert.equal(code, 1);
    const [trial] = resultsOf("b").trials;
    assert.match(`${trial?.state}: ${trial?.reason}`, /^failed: it failed its conformance checks: /);
  });
});
