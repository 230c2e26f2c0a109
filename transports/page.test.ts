import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { between, table } from "../core/doc-tables.test-fixture.ts";
import { everyTransport } from "./registry.ts";

const PAGE = "../docs/deciding.md";
const TRAITS = ["browser", "bidirectional", "binary", "proxies", "resumption", "offline"] as const;

test("docs/deciding.md has what every transport can do (npm run docs:tables writes its table anew)", async () => {
  const page = readFileSync(new URL(PAGE, import.meta.url), "utf8");
  const rows = new Map<string, { readonly names: string[]; readonly answers: readonly string[] }>();
  for (const { name, facts } of everyTransport) {
    if (!facts?.traits || facts.baseline) continue;
    const answers = TRAITS.map((trait) => facts.traits?.[trait]?.meets ?? "unknown");
    // Those that answer alike share a row.
    const row = rows.get(answers.join()) ?? { names: [], answers };
    row.names.push(`\`${name}\``);
    rows.set(answers.join(), row);
  }
  const lines = [...rows.values()].map(({ names, answers }) => [names.join(", "), ...answers]);
  const written = between(page, "traits", table(["transport", ...TRAITS], lines));
  await expect(written).toMatchFileSnapshot(PAGE);
});
