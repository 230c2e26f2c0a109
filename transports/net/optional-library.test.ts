import assert from "node:assert/strict";
import { test } from "vitest";
import { needed } from "./optional-library.ts";

test("a package that is not installed is told with the command that installs it", async () => {
  const missing = "@nobody/has-this";
  await assert.rejects(
    needed(() => import(missing), "socketio:redis", "@nobody/has-this"),
    { code: "unsupported", message: "socketio:redis needs more packages: npm install @nobody/has-this" },
  );
});

test("what else goes wrong while it is loaded is told as it is", async () => {
  const broken = new Error("broken");
  await assert.rejects(
    needed(() => Promise.reject(broken), "socketio:redis", "x"),
    broken,
  );
});
