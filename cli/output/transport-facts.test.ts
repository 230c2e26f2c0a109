import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { factsOf, lookOf, shownOf } from "../../reports/model/looks.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { readResults } from "./results-file.ts";

test("results from before transports told what they are get it from the registry, others keep their own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "notif-lab-facts-"));
  const read = async (results: object) => {
    const file = join(folder, "results.json");
    writeFileSync(file, JSON.stringify(results));
    return readResults(file);
  };
  try {
    const names = ["sse", "sse:gone", "tcp#2", "pigeon"];
    const { transportFacts: _, ...older } = resultsOf({ transports: names });
    const opened = await read(older);
    const shown = shownOf(names, opened);
    expect(names.map((name) => lookOf(name, shown).color)).toEqual([
      "#009E73",
      "#009E73",
      "#808080",
      "#808080",
    ]);
    expect(factsOf("tcp#2", opened)?.baseline).toBe(true);
    const own = { sse: { look: { color: "#123456", marker: "star" } } };
    expect((await read({ ...older, transportFacts: own })).transportFacts).toEqual(own);
    await expect(read({ ...older, transportFacts: { sse: { look: { color: "red" } } } })).rejects.toThrow(
      /damaged at transportFacts\.sse\.look/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
