import { expect, test } from "vitest";
import { resultsSchema } from "../../harness/result/result.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { resultsOf } from "../model/results.test-fixture.ts";
import { formats } from "./registry.ts";

test("every format has a name and a file of its own, and renders", () => {
  expect(formats.map(({ name, file }) => [name, file])).toEqual([
    ["html", "report.html"],
    ["md", "report.md"],
    ["csv", "report.csv"],
    ["junit", "junit.xml"],
    ["prometheus", "metrics.prom"],
    ["json", "results.json"],
  ]);
  for (const { render } of formats) expect(render(resultsOf(), bare)).toMatch(/\n$/);
});

test("json reads back as the same results", () => {
  const results = resultsOf({ blocks: 2 });
  const json = formats.find(({ name }) => name === "json")?.render(results, bare) ?? "";
  expect(resultsSchema.parse(JSON.parse(json))).toEqual(results);
});
