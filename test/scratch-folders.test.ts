import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["claims", "cli", "core", "deploy", "harness", "reports", "scenarios", "test", "transports"];

test("no test makes a folder while it is loaded: where all its tests are left out, nothing would remove it", () => {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => join(folder, path)),
  );
  assert.ok(files.length > 300, String(files.length));
  const early = files.filter((path) =>
    /^(const|let) .*mkdtemp/m.test(readFileSync(join(root, path), "utf8")),
  );
  assert.deepEqual(early, []);
});
