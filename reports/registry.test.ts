import { expect, test } from "vitest";
import { resultsSchema } from "../harness/result.ts";
import { formats } from "./registry.ts";
import { resultsOf } from "./results.test-fixture.ts";

const assets = { chartJs: "/* charts */" };

test("every format has a name and an extension of its own, and renders", () => {
  expect(formats.map(({ name, extension }) => [name, extension])).toEqual([
    ["html", "html"],
    ["md", "md"],
    ["json", "json"],
  ]);
  for (const { render } of formats) expect(render(resultsOf(), assets)).toMatch(/\n$/);
});

test("json reads back as the same results", () => {
  const results = resultsOf({ blocks: 2 });
  const json = formats.find(({ name }) => name === "json")?.render(results, assets) ?? "";
  expect(resultsSchema.parse(JSON.parse(json))).toEqual(results);
});
