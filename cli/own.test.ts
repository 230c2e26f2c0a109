import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runGate } from "../transports/conformance/suite.ts";
import { parseSlo } from "./expressions.ts";
import { readOwn } from "./own.ts";

const example = new URL("../docs/examples/ndjson-transport.js", import.meta.url);

describe("a transport of one's own", () => {
  test("is the one of docs/own-transports.md, which passes the gate", { timeout: 60_000 }, async () => {
    const page = readFileSync(new URL("../docs/own-transports.md", import.meta.url), "utf8");
    assert.ok(page.includes(readFileSync(example, "utf8")));
    const { transports, modules } = await readOwn({ transportModule: [fileURLToPath(example)] });
    const [ndjson] = transports;
    assert.ok(ndjson);
    assert.equal(modules.get("ndjson"), example.href);
    const { passed, failures } = await runGate(ndjson);
    assert.deepEqual(failures, []);
    assert.ok(passed >= 10);
  });

  test("is refused where the module exports none", async () => {
    const module = fileURLToPath(new URL("./example-scenario.ts", import.meta.url));
    await assert.rejects(readOwn({ transportModule: [module] }), (error: Error & { exitCode?: number }) => {
      expect(error.message).toMatch(/neither a default export nor one named transport/);
      return error.exitCode === 2;
    });
  });
});

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
