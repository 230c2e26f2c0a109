import { expect, test } from "vitest";
import { metricsIn } from "../metrics/catalogue.ts";
import { HOSTILE, hostileResults } from "../model/hostile.test-fixture.ts";
import { resultsOf, unwell } from "../model/results.test-fixture.ts";
import { renderMarkdown } from "./markdown.ts";

test("a run is a title, sentences, a table a scenario, warnings and the command", () => {
  const text = renderMarkdown(resultsOf({ transports: ["sse", "grpc"], blocks: 2 }));
  expect(text).toMatch(/^## Which transport for 500 connections/);
  expect(text).toContain("Nothing is ranked: 2 blocks are too few");
  expect(text).toMatch(/^\| sse \| 1\.\d\d ms \(1\.\d\d–1\.\d\d\) 1\.0x \|/m);
  expect(text).toContain(
    "- 2 blocks, so nothing is ranked: run without --quick, or with --blocks 4 or more.",
  );
  expect(text).toMatch(/```sh\nnotif-lab bench --blocks 3\n```\n$/);
});

test("every row of a table has as many cells as its head", () => {
  const text = renderMarkdown(
    resultsOf({
      transports: ["s|se", "grpc\n|x|"],
      trial: (trial) => (trial.transport === "s|se" ? undefined : trial),
    }),
  );
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  expect(rows).toHaveLength(4);
  // What is before the first and after the last bar, and the name.
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(metricsIn("markdown").length + 3);
});

test("hostile strings make neither HTML nor Markdown", () => {
  const hostile = "<img src=x onerror=alert(1)> [a](javascript:b) **c** `d` \u001b[31m\n# e\n```";
  const results = resultsOf({
    transports: [hostile],
    scenarios: [hostile],
    trial: (trial) => unwell(trial, "failed", hostile),
  });
  const text = renderMarkdown({ ...results, command: hostile });
  const [prose = "", code = ""] = text.split("\n\n````sh\n");
  expect(prose).not.toContain("\u001b");
  expect(prose).not.toMatch(/<|^# e|(?<!\\)\[a|(?<!\\)`/m);
  expect(code.split("\n")).toEqual([hostile.replace("\u001b", " ").replaceAll("\n", " "), "````", ""]);
});

test("what is missing is said, not left blank", () => {
  const text = renderMarkdown(resultsOf({ transports: ["sse"], publishes: 300 }));
  expect(text).toContain("| needs 3,000 publishes |");
  expect(renderMarkdown(resultsOf({ transports: ["sse"], trial: () => undefined }))).toContain(
    "| sse (not run) | – |",
  );
});

test("with ten blocks there are ranks, intervals and verdicts in words", () => {
  const text = renderMarkdown(resultsOf({ transports: ["sse", "grpc"], blocks: 10 }));
  expect(text).toMatch(/^\| transport \| rank \| Delivery latency, p50 /m);
  expect(text).toMatch(/^\| sse \| 1 \| 1\.\d\d ms \(1\.\d\d–1\.\d\d\) 1\.0x \|/m);
  expect(text).toMatch(/^\| grpc \| 2 \| 1\.\d\d ms/m);
  expect(text).toMatch(
    /^- sse has the lowest median delivery latency, .* grpc is 1\.\d\dx \(1\..* slower than sse\./m,
  );
  expect(text).toMatch(/^- sse has the lowest server CPU per delivery, .* grpc takes .* as much as sse\./m);
  expect(renderMarkdown(resultsOf({ blocks: 2 }))).not.toContain("rank |");
});

test("several scenarios are a table of all, and each one folded with its figures", () => {
  const text = renderMarkdown(resultsOf({ transports: ["sse", "grpc"], scenarios: ["notify", "fan-out"] }));
  expect(text).toMatch(
    /^\| scenario \| sse \| grpc \|\n\| --- \| ---: \| ---: \|\n\| notify \| 1\.00 ms 1\.0x \| /m,
  );
  expect(text.match(/^<details><summary>(notify|fan-out)<\/summary>\n\n\w/gm)).toHaveLength(2);
  expect(text.match(/\n\n<\/details>\n\n/g)).toHaveLength(2);
  expect(renderMarkdown(resultsOf())).not.toContain("<details>");
  const ranked = resultsOf({ transports: ["sse", "grpc"], scenarios: ["notify", "fan-out"], blocks: 10 });
  expect(renderMarkdown(ranked)).toMatch(
    /^\| notify \| 1\.\d\d ms 1\.0x \(1\) \| 1\.\d\d ms 1\.\dx \(2\) \|$/m,
  );
});

test("a name in the fold's line is text, too", () => {
  const [prose = ""] = renderMarkdown(hostileResults()).split(/^`{3,}sh$/m);
  const tags = prose.match(/<[^>]*>/g) ?? [];
  expect(new Set(tags)).toEqual(new Set(["<details>", "<summary>", "</summary>", "</details>"]));
  expect(HOSTILE).toContain("<img");
});

test("what would not fit into a comment is left out by name", () => {
  const scenarios = Array.from({ length: 13 }, (_, index) => `scenario-${index + 1}`);
  const fourteen = Array.from({ length: 14 }, (_, index) => `websocket:variant-${index}`);
  const short = renderMarkdown(resultsOf({ scenarios }));
  expect(short.length).toBeLessThan(65_536);
  expect(short).not.toContain("Too long");
  const many = [...scenarios, ...scenarios.map((name) => `${name}-again`)];
  const long = renderMarkdown(resultsOf({ transports: fourteen, scenarios: many }));
  expect(long.length).toBeLessThanOrEqual(65_536);
  expect(long).toMatch(/Too long for a comment, so not shown: .* and scenario-13-again\. The page has all\./);
  expect(long.match(/<details>/g)?.length).toBeGreaterThan(10);
});
