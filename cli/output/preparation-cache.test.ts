import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "vitest";
import { cacheFolder, preparationCache } from "./preparation-cache.ts";

const [ONE, OTHER, OLD] = ["1", "2", "3"].map((digit) => digit.repeat(32)) as [string, string, string];
let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "notif-lab-cache-")), "cache");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test("what was kept is there for the same code, and for no other", async () => {
  await preparationCache(folder, ONE)?.write("conformance sse", { passed: true });
  assert.deepEqual(await preparationCache(folder, ONE)?.read("conformance sse"), { passed: true });
  assert.equal(await preparationCache(folder, ONE)?.read("conformance grpc"), undefined);
  assert.equal(await preparationCache(folder, OTHER)?.read("conformance sse"), undefined);
});

test("a file that is broken, and a folder that can't be made, are as if nothing were there", async () => {
  const cache = preparationCache(folder, ONE);
  await cache?.write("conformance sse", "passed");
  for (const name of readdirSync(join(folder, ONE))) writeFileSync(join(folder, ONE, name), "{");
  assert.equal(await cache?.read("conformance sse"), undefined);
  writeFileSync(join(folder, "file"), "");
  const none = preparationCache(join(folder, "file"), ONE);
  await none?.write("conformance sse", "passed");
  assert.equal(await none?.read("conformance sse"), undefined);
});

test("what other code found goes when it is old, and what is not the cache's stays", async () => {
  for (const name of [OTHER, OLD, "mine"]) mkdirSync(join(folder, name), { recursive: true });
  for (const name of [OLD, "mine"]) utimesSync(join(folder, name), 1, 1);
  await preparationCache(folder, ONE)?.write("conformance sse", "passed");
  assert.deepEqual(
    [OTHER, OLD, "mine"].map((name) => existsSync(join(folder, name))),
    [true, false, true],
  );
});

test("the folder is the system's own for such things", () => {
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "/x" }, "linux"), join("/x", "notif-lab"));
  assert.match(cacheFolder({}, "linux"), /[/]\.cache[/]notif-lab$/);
  assert.match(cacheFolder({}, "darwin"), /Library[/]Caches[/]notif-lab$/);
});
