import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { between, table } from "../../core/doc-tables.test-fixture.ts";
import { formats } from "./registry.ts";

const PAGE = "../../docs/formats.md";

test("docs/formats.md has every format (npm run docs:tables writes its table anew)", async () => {
  const page = readFileSync(new URL(PAGE, import.meta.url), "utf8");
  const rows = formats.map(({ name, file, about }) => [`\`${name}\``, `\`${file}\``, about]);
  const written = between(page, "formats", table(["format", "file", "for"], rows));
  await expect(written).toMatchFileSnapshot(PAGE);
});
