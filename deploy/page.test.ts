import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { between, table } from "../core/doc-tables.test-fixture.ts";
import { ALERTS } from "./prometheus.ts";

const PAGE = "../docs/monitoring.md";

test("docs/monitoring.md has every alert (npm run docs:tables writes its table anew)", async () => {
  const page = readFileSync(new URL(PAGE, import.meta.url), "utf8");
  const rows = ALERTS.map(({ alert, severity, expr, for: held, description }) => [
    `\`${alert}\``,
    severity,
    `\`${expr}\`${held === "0m" ? "" : ` for ${held}`}`,
    description,
  ]);
  await expect(
    between(page, "alerts", table(["alert", "severity", "when", "what it means"], rows)),
  ).toMatchFileSnapshot(PAGE);
});
