import assert from "node:assert/strict";
import { test } from "vitest";
import { Child } from "./child.ts";
import type { ServerReply, ServerRequest } from "./messages.ts";

const PATIENCE_MS = 20_000;

test("what is asked aside is answered beside a request under way, and a late answer goes to nobody else", async () => {
  const child = new Child<ServerRequest, ServerReply>("server", "the server");
  const aside = (timeoutMs: number) => child.aside({ kind: "scrape" }, "scraped", timeoutMs);
  const users = () => child.ask({ kind: "users" }, "users", PATIENCE_MS);
  try {
    await users();
    assert.ok(child.pid);
    process.kill(child.pid, "SIGSTOP");
    for (let times = 0; times < 2; times += 1) await assert.rejects(aside(20), { code: "timeout" });
    const [under, way] = [users(), aside(PATIENCE_MS)];
    process.kill(child.pid, "SIGCONT");
    assert.deepEqual((await under).users, []);
    assert.equal((await way).state, undefined);
    assert.deepEqual((await users()).users, []);
  } finally {
    await child.stop(0);
  }
  await assert.rejects(aside(PATIENCE_MS), { code: "internal" });
});
