import { expect, test } from "vitest";
import { resultsSchema } from "../../harness/result/result.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { resultsOf } from "../model/results.test-fixture.ts";
import { formats } from "./registry.ts";

test("every format has a name and a file of its own, and renders", async () => {
  for (const own of ["name", "file"] as const)
    expect(new Set(formats.map((format) => format[own])).size).toBe(formats.length);
  for (const { renderer } of formats) expect((await renderer())(resultsOf(), bare)).toMatch(/\n$/);
});

test("json reads back as the same results", async () => {
  const results = resultsOf({ blocks: 2 });
  const render = await formats.find(({ name }) => name === "json")?.renderer();
  const json = render?.(results, bare) ?? "";
  expect(resultsSchema.parse(JSON.parse(json))).toEqual(results);
});
