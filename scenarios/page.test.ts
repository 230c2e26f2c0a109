import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { between, table } from "../core/doc-tables.test-fixture.ts";
import { scenarios } from "./registry.ts";

const PAGE = "../docs/scenarios.md";

test("docs/scenarios.md has every scenario (npm run docs:tables writes its table anew)", async () => {
  const page = readFileSync(new URL(PAGE, import.meta.url), "utf8");
  const rows = scenarios.map(({ name, standsFor, lookAt }) => [`\`${name}\``, standsFor, lookAt]);
  const written = between(page, "scenarios", table(["scenario", "stands for", "look at"], rows));
  await expect(written).toMatchFileSnapshot(PAGE);
});
