import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runGate } from "../transports/conformance/suite.ts";
import { EXAMPLE_SCENARIO } from "./example-scenario.ts";
import { parseSlo } from "./expressions.ts";
import { readOwn } from "./own.ts";
import { parseScenarioFile } from "./scenario-file.ts";

const example = new URL("../docs/examples/ndjson-transport.js", import.meta.url);

describe("a scenario of one's own", () => {
  test("is what notif-lab init writes", () => {
    const { name, params, plan } = parseScenarioFile(EXAMPLE_SCENARIO, "x.yaml");
    assert.equal(name, "my-scenario");
    assert.deepEqual(params, { connections: 61, rate: 30, payload: 256, duration: 5, warmup: 1 });
    assert.deepEqual([plan(7).seed, plan(7).groups.length], [7, 3]);
  });

  const broken: [string, (text: string) => string, RegExp][] = [
    ["a syntax error", (text) => text.replace("groups:", "groups: ]"), /^x\.yaml:9:9: /],
    [
      "text for a number",
      (text) => text.replace("ratePerSecond: 10", "ratePerSecond: fast"),
      /^x\.yaml:29:20: traffic\.0\.ratePerSecond: .*number/,
    ],
    [
      "an unknown field",
      (text) => text.replace("users: 50", "users: 50\n    speed: 3"),
      /^x\.yaml:14:5: groups\.1: .*speed/,
    ],
    [
      "a group that is not there",
      (text) => text.replace("from: editor", "from: nobody"),
      /there is no group nobody/,
    ],
    [
      "a built-in's name",
      (text) => text.replace("scenario: my-scenario", "scenario: notify"),
      /^x\.yaml:5:11: .*the lab's own/,
    ],
    ["a seed", (text) => `${text}seed: 3\n`, /^x\.yaml:\d+:7: leave out seed/],
    [
      "a fault past the end",
      (text) => `${text}faults: [{ kind: link-reset, atMs: 9000 }]\n`,
      /not over when the measured time is/,
    ],
    [
      "aliases without end",
      () =>
        `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      /alias/i,
    ],
    ["nothing", () => "", /a scenario is a mapping/],
  ];
  test.each(broken)("%s is refused in one line with its place", (_, breaks, message) => {
    const text = breaks(EXAMPLE_SCENARIO);
    assert.throws(
      () => parseScenarioFile(text, "x.yaml"),
      (error: Error & { exitCode?: number }) => {
        expect(error.message).toMatch(message);
        return error.exitCode === 2 && !error.message.includes("\n");
      },
    );
  });
});

describe("a transport of one's own", () => {
  test("is the one of docs/own-transports.md, which passes the gate", { timeout: 60_000 }, async () => {
    const page = readFileSync(new URL("../docs/own-transports.md", import.meta.url), "utf8");
    assert.ok(page.includes(readFileSync(example, "utf8")));
    const { transports, modules } = await readOwn({ transportModule: [fileURLToPath(example)] });
    const [ndjson] = transports;
    assert.ok(ndjson);
    assert.equal(modules.get("ndjson"), example.href);
    const { passed, failures } = await runGate(ndjson);
    assert.deepEqual(failures, []);
    assert.ok(passed >= 10);
  });

  test("that lacks half of the port is refused in one line that says which", async () => {
    const module = fileURLToPath(new URL("./example-scenario.ts", import.meta.url));
    await assert.rejects(readOwn({ transportModule: [module] }), (error: Error & { exitCode?: number }) => {
      expect(error.message).toMatch(
        /lacks name .*, summary, supports\.resume, .*serve\(\), connect\(\), example\(\)/,
      );
      return error.exitCode === 2;
    });
    await assert.rejects(readOwn({ transportModule: ["nowhere.js"] }), /can't load nowhere\.js/);
  });
});

describe("a service level", () => {
  test("has several terms, with = for equal", () => {
    assert.deepEqual(
      parseSlo("p99 < 50ms, lost = 0").map(({ subject, operator, limit }) => [subject.path, operator, limit]),
      [
        ["deliveryLatencyUs.p99", "<", 50_000],
        ["lost", "==", 0],
      ],
    );
  });

  test.each(["", "p99 < 0ms", "p99 > 50ms", "p98 < 3ms", "lost < 0", "p99 < 5"])("%j is refused", (text) => {
    assert.throws(() => parseSlo(text), { exitCode: 2 });
  });
});
