import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "vitest";
import { nowUs } from "../measurement/clock.ts";
import { Child } from "./child.ts";
import type { ServerReply, ServerRequest } from "./messages.ts";
import { commandOn, programOf, versionOfRuntime } from "./runtimes.ts";

/** Node.js under another name, which says that it is Bun, as far as the lab asks. */
function pretendBun(folder: string): void {
  const asBun = `Object.defineProperty(process, "versions", { value: { ...process.versions, bun: "9.8.7" } });`;
  writeFileSync(join(folder, "as-bun.cjs"), asBun);
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo 9.8.7 && exit\nexec "${process.execPath}" --require "${folder}/as-bun.cjs" "$@"\n`;
  writeFileSync(join(folder, "bun"), script);
  chmodSync(join(folder, "bun"), 0o755);
}

describe("another runtime for the server", () => {
  const path = process.env.PATH;
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "notif-lab-runtime-"));
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  test.skipIf(programOf("bun") !== undefined)(
    "that is not installed is one line that says what to do",
    () => {
      const missing = { code: "unsupported", message: "bun is not installed: npm install bun" };
      assert.throws(() => commandOn("bun", []), missing);
      assert.throws(() => versionOfRuntime("bun"), missing);
    },
  );

  test("is started with its own words, and collects garbage when asked to", () => {
    assert.deepEqual(commandOn("node", ["a.js"], { exposesGc: true }), [
      process.execPath,
      "--expose-gc",
      "a.js",
    ]);
    writeFileSync(join(folder, "deno"), "#!/bin/sh\n");
    chmodSync(join(folder, "deno"), 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
    assert.deepEqual(commandOn("deno", ["a.js"], { exposesGc: true }).slice(1), [
      "run",
      "--allow-all",
      "--quiet",
      "--v8-flags=--expose-gc",
      "a.js",
    ]);
    assert.throws(() => versionOfRuntime("deno"), /npm install deno/);
  });

  test.skipIf(process.platform === "win32")(
    "tells CPU time and memory, and nothing that is Node.js's own",
    async () => {
      pretendBun(folder);
      process.env.PATH = `${folder}${delimiter}${path}`;
      assert.equal(versionOfRuntime("bun"), "9.8.7");
      const server = new Child<ServerRequest, ServerReply>("server", "the server", {
        runtime: "bun",
        exposesGc: true,
      });
      try {
        const transport = { name: "tcp", runtime: "bun" } as const;
        const secret = "s".repeat(32);
        const what = { maxBodyCharacters: 100, receiptWindow: 10, traceEvery: 0, ownNamespace: false };
        const { endpoint } = await server.ask(
          { kind: "serve", transport, secret, ...what },
          "serving",
          20_000,
        );
        assert.match(endpoint.url, /^tcp:/);
        await server.ask({ kind: "watch", epochUs: nowUs(), widthMs: 1, intervals: 1 }, "watching", 5_000);
        const { rssBytes } = await server.ask({ kind: "settle" }, "settled", 5_000);
        assert.ok(rssBytes > 0);
        const { sample } = await server.ask({ kind: "sample" }, "sampled", 5_000);
        assert.equal(sample.process.isScant, true);
        assert.ok(sample.process.cpuUserUs > 0 && sample.process.rssBytes > 0);
        const { intervals } = await server.ask({ kind: "watched" }, "timeline", 5_000);
        assert.ok(intervals[0] && intervals[0].rssBytes > 0);
        assert.equal("loopUtilization" in intervals[0], false);
      } finally {
        await server.stop();
      }
    },
  );
});
