import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { PROTOCOL } from "../../harness/processes/protocol.ts";
import { findBuild } from "./other-build.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-builds-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A package of that name whose processes say they speak that protocol; with `undefined` it was never built. */
function packageOf(name: string, protocol: number | undefined, at = name): string {
  const root = join(folder, at);
  const processes = join(root, "dist", "harness", "processes");
  mkdirSync(processes, { recursive: true });
  writeFileSync(join(root, "package.json"), JSON.stringify({ name, version: "0.0.7", type: "module" }));
  if (protocol !== undefined) {
    writeFileSync(join(processes, "server.js"), "");
    writeFileSync(join(processes, "protocol.js"), `export const PROTOCOL = ${protocol};\n`);
  }
  return root;
}

describe("a build to measure against", () => {
  test("is the package in the folder, or what is installed there", async () => {
    const root = packageOf("notif-lab", PROTOCOL);
    assert.deepEqual(await findBuild({ against: root }), { root, version: "0.0.7" });
    const installed = packageOf("notif-lab", PROTOCOL, join("project", "node_modules", "notif-lab"));
    assert.deepEqual(await findBuild({ against: join(folder, "project") }), {
      root: installed,
      version: "0.0.7",
    });
    assert.equal(await findBuild({}), undefined);
  });

  test("of the lab's own folder is the lab", async () => {
    assert.equal((await findBuild({ against: "." }))?.root, resolve("."));
  });

  test("that speaks another protocol, is not built or is none is refused in one line that says what to do", async () => {
    const cases: [Parameters<typeof findBuild>[0], RegExp][] = [
      [{ against: packageOf("notif-lab", PROTOCOL + 1, "newer") }, /use notif-lab compare$/],
      [{ against: packageOf("notif-lab", undefined, "source") }, /is not built; run "npm run build" there/],
      [{ against: join(folder, "nowhere") }, /there is no .*nowhere; name the folder of a built notif-lab/],
      [{ againstVersion: ".." }, /takes a version such as 0\.1\.0/],
      [{ againstVersion: "latest" }, /takes a version such as 0\.1\.0/],
      [{ againstVersion: "1.0.0; rm -rf" }, /takes a version such as 0\.1\.0 or a packed \.tgz/],
      [{ againstVersion: join(folder, "none.tgz") }, /there is no .*none\.tgz/],
      [{ against: ".", againstVersion: "0.1.0" }, /leave one out/],
    ];
    for (const [flags, line] of cases) {
      const error = await findBuild(flags).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error, String(line));
      assert.match(error.message, line);
      assert.ok(!error.message.includes("\n"));
    }
  });
});
