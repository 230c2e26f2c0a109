import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { between, table } from "../../core/doc-tables.test-fixture.ts";
import { PUBLISH_TO_WRITE, SERIES } from "./series.ts";

const PAGE = "../../docs/monitoring.md";

test("docs/monitoring.md has every series (npm run docs:tables writes its table anew)", async () => {
  const page = readFileSync(new URL(PAGE, import.meta.url), "utf8");
  const { name, help, buckets } = PUBLISH_TO_WRITE;
  const rows = [
    ...SERIES.map((one) => [
      `\`${one.name}\``,
      one.type,
      (one.labels ?? []).map((label) => `\`${label}\``).join(", "),
      one.help,
    ]),
    [`\`${name}\``, "histogram", "`le`", `${help} Buckets: ${buckets.join(", ")} s.`],
  ];
  await expect(
    between(page, "series", table(["series", "type", "labels", "what it says"], rows)),
  ).toMatchFileSnapshot(PAGE);
});
