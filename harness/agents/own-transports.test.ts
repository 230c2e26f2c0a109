import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, test } from "vitest";
import { asInstalledHere, asToldToAgents, filesHashOf } from "./own-transports.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-own-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A package of one module and one file that it needs, installed below a folder. */
function installed(where: string, helper = "export const two = 2;", version = "1.0.0"): string {
  const root = join(folder, where, "node_modules", "mine");
  mkdirSync(join(root, "lib"), { recursive: true });
  mkdirSync(join(root, "node_modules", "other"), { recursive: true });
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "mine", version }));
  writeFileSync(join(root, "lib", "transport.js"), 'export * from "./helper.js";');
  writeFileSync(join(root, "lib", "helper.js"), helper);
  writeFileSync(join(root, "node_modules", "other", "index.js"), where);
  return pathToFileURL(join(root, "lib", "transport.js")).href;
}

test("the same package is the same wherever it is installed, whatever its own dependencies are", () => {
  assert.equal(filesHashOf(installed("a")), filesHashOf(installed("b")));
});

test("another file, another version and another name of a file are another transport", () => {
  const hash = filesHashOf(installed("a"));
  assert.notEqual(filesHashOf(installed("b", "export const two = 3;")), hash);
  assert.notEqual(filesHashOf(installed("c", undefined, "1.0.1")), hash);
  const more = installed("d");
  writeFileSync(new URL("more.js", more), "");
  assert.notEqual(filesHashOf(more), hash);
});

test("what goes over the network says neither where the code is nor what it is", () => {
  const module = installed("a");
  assert.deepEqual(asToldToAgents({ name: "mine", module }), {
    name: "mine",
    filesHash: filesHashOf(module),
  });
  assert.deepEqual(asToldToAgents({ name: "websocket#2" }), { name: "websocket#2" });
  assert.throws(() => asToldToAgents({ name: "sse@1", build: "/opt/older" }), /another build's/);
});

test("an agent runs its own copy where the files are the same, and refuses all else", () => {
  const [there, here] = [installed("there"), installed("here")];
  const told = asToldToAgents({ name: "mine:tls", module: there });
  const own = new Map([["mine", here]]);
  assert.deepEqual(asInstalledHere(told, own), { name: "mine:tls", module: here });
  assert.deepEqual(asInstalledHere({ name: "websocket" }, own), { name: "websocket" });
  assert.throws(() => asInstalledHere(told, new Map()), /no transport mine of its own.*--transport-module/);
  installed("here", "export const two = 3;");
  assert.throws(() => asInstalledHere(told, own), /the files of mine are others here/);
});
