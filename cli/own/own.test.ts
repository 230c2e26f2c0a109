import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeConformance } from "../../transports/conformance/describe.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import { parseSlo } from "../flags/expressions.ts";
import { readOwn } from "./own.ts";

const example = new URL("../../docs/examples/ndjson-transport.js", import.meta.url);
const { transports, modules } = await readOwn({ transportModule: [fileURLToPath(example)] });

describe("a transport of one's own", () => {
  test("is the one of docs/own-transports.md, in at most 60 lines", () => {
    const page = readFileSync(new URL("../../docs/own-transports.md", import.meta.url), "utf8");
    const text = readFileSync(example, "utf8");
    assert.ok(page.includes(text));
    const lines = text.trimEnd().split("\n");
    assert.ok(lines.length <= 60, `${lines.length} lines`);
    assert.deepEqual([...modules], [["ndjson", example.href]]);
  });

  test("may be an object with the port's members, or what a function promises", async () => {
    const members = "summary: '', packages: [], serve() {}, connect() {}, example() {}";
    const supports = "{ resume: false, network: true, slowConsumer: 'disconnect' }";
    const port = (name: string) => `({ name: '${name}', supports: ${supports}, ${members} })`;
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-own-"));
    try {
      const paths = ["object", "promise", "second"].map((name) => join(folder, `${name}.mjs`));
      const texts = [
        `export default ${port("raw")};`,
        `export default async (kit) => (kit.conversing ? ${port("made")} : null);`,
        `export default () => 1; export const transport = ${port("behind")};`,
      ];
      for (const [index, path] of paths.entries()) writeFileSync(path, texts[index] ?? "");
      const { transports } = await readOwn({ transportModule: paths });
      assert.deepEqual(
        transports.map(({ name }) => name),
        ["raw", "made", "behind"],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("is refused where the module exports none", async () => {
    const module = fileURLToPath(builtModule("cli/own/example-scenario"));
    await assert.rejects(readOwn({ transportModule: [module] }), (error: Error & { exitCode?: number }) => {
      expect(error.message).toMatch(/neither a default export nor an export named transport/);
      return error.exitCode === 2;
    });
  });
});

for (const transport of transports) describeConformance(transport);

describe("a service level", () => {
  test("has several terms, with = for equal", () => {
    assert.deepEqual(
      parseSlo("p99 < 50ms, lost = 0").map(({ subject, operator, limit }) => [subject.path, operator, limit]),
      [
        ["deliveryLatencyUs.p99", "<", 50_000],
        ["lost", "==", 0],
      ],
    );
  });

  test.each(["", "p99 < 0ms", "p99 > 50ms", "p98 < 3ms", "lost < 0", "p99 < 5"])("%j is refused", (text) => {
    assert.throws(() => parseSlo(text), { exitCode: 2 });
  });
});
