import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withTables } from "./page.test-fixture.ts";

const PAGE = "../../docs/metrics.md";
const page = readFileSync(new URL(PAGE, import.meta.url), "utf8");

test("docs/metrics.md has the catalogue's tables (npm run docs:tables writes them anew)", async () => {
  await expect(withTables(page)).toMatchFileSnapshot(PAGE);
});

test("a page whose marks are gone is no page to write", () => {
  expect(() => withTables(page.replace("<!-- metrics: end -->", ""))).toThrow("no marks for metrics");
});
