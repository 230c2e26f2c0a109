import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { EXAMPLE_SCENARIO } from "./example-scenario.ts";
import { parseScenarioFile } from "./scenario-file.ts";

const replaced = (from: string, to: string) => (text: string) => {
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
};

test("what notif-lab init writes is a scenario", () => {
  const { name, params, plan } = parseScenarioFile(EXAMPLE_SCENARIO, "x.yaml");
  assert.equal(name, "my-scenario");
  assert.deepEqual(params, { connections: 61, rate: 30, payload: 256, duration: 5, warmup: 1 });
  assert.deepEqual([plan(7).seed, plan(7).groups.length], [7, 3]);
});

test("what init leaves commented out is right as well", () => {
  const text = EXAMPLE_SCENARIO.replace(/^# (link:|faults:|replayWindow:|- )/gm, "$1").replace(
    /^# {3}- /m,
    "  - ",
  );
  const { link, faults, replayWindow } = parseScenarioFile(text, "x.yaml").plan(1);
  assert.deepEqual([link?.delayMs, faults?.length, replayWindow], [50, 1, 1_000]);
});

describe("a file that is no scenario is refused in one line with the place of each error", () => {
  const cases: [string, (text: string) => string, RegExp][] = [
    ["a syntax error", replaced("groups:", "groups: ]"), /^x\.yaml:9:9: /],
    [
      "text for a number",
      replaced("ratePerSecond: 10", "ratePerSecond: fast"),
      /^x\.yaml:29:20: traffic\[0\]\.ratePerSecond: expected number, received string$/,
    ],
    [
      "several errors, in the order of the file",
      (text) => replaced("users: 50", "users: 0.5")(replaced("ratePerSecond: 10", "ratePerSecond: 0")(text)),
      /^x\.yaml:15:12: groups\[1\]\.users: expected a whole number, received number; x\.yaml:29:20: traffic\[0\]\.ratePerSecond: Too small.*>0$/,
    ],
    [
      "more errors than a line has room for",
      () => `scenario: x\n${["groups", "traffic"].map((key) => `${key}: [1, 2, 3]`).join("\n")}\n`,
      /^x\.yaml:1:1: .*; and 2 more$/,
    ],
    [
      "an unknown field, where it is",
      replaced("users: 50", "users: 50\n    speed: 3"),
      /^x\.yaml:16:5: groups\[1\]\.speed: there is no such field$/,
    ],
    [
      "a field that is missing, where it should be",
      replaced("    ratePerSecond: 10\n", ""),
      /^x\.yaml:26:5: traffic\[0\]\.ratePerSecond: it is missing, expected number$/,
    ],
    ["no name", replaced("scenario: my-scenario", ""), /: scenario: it is missing, expected string$/],
    [
      "a value that fits no alternative",
      replaced("arrivals: constant", "arrivals: sometimes"),
      /^x\.yaml:28:15: traffic\[0\]\.arrivals: expected one of "poisson"\|"constant", or expected object/,
    ],
    [
      "a value that nearly fits one",
      replaced("to: { topic: topic/news }", "to: { topic: news }"),
      /^x\.yaml:27:18: traffic\[0\]\.to\.topic: must match pattern/,
    ],
    [
      "a fault that there is not",
      (text) => `${text}faults: [{ kind: flood, atMs: 1 }]\n`,
      /: faults\[0\]\.kind: .*'link-cut' \| /,
    ],
    [
      "a group that is not there",
      replaced("from: editor", "from: nobody"),
      /^x\.yaml:31:11: traffic\[1\]\.from: there is no group nobody$/,
    ],
    ["a group named twice", replaced("name: editor", "name: reader"), /^x\.yaml:18:11: groups\[2\]\.name: /],
    [
      "a built-in's name",
      replaced("scenario: my-scenario", "scenario: notify"),
      /^x\.yaml:5:11: .*is a built-in scenario/,
    ],
    ["a seed", (text) => `${text}seed: 3\n`, /^x\.yaml:\d+:7: leave out seed/],
    [
      "a fault past the end",
      (text) => `${text}faults: [{ kind: link-reset, atMs: 9000 }]\n`,
      /^x\.yaml:\d+:10: faults\[0\]: .*not over when the measured time is$/,
    ],
    ["a second document", (text) => `${text}---\na: 1\n`, /^x\.yaml:\d+:1: a file holds one scenario/],
    ["a key twice", (text) => `${text}scenario: b\n`, /^x\.yaml:\d+:1: Map keys must be unique/],
    [
      "aliases without end",
      () =>
        `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      /alias/i,
    ],
    ["nothing", () => "", /^x\.yaml:1:1: a scenario is a mapping/],
  ];
  test.each(cases)("%s", (_, breaks, message) => {
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
