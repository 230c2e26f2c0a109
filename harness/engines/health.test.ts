import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { builtModule } from "../../transports/engines/built-module.ts";
import { HAPROXY } from "../../transports/engines/programs.ts";
import { BALANCED, canRun } from "./balanced.test-fixture.ts";
import { ask } from "./control.ts";
import { startHaproxy } from "./haproxy.ts";

const COLUMN = "status";

/** What HAProxy thinks of its first node. */
async function statusOf(control: string): Promise<string> {
  const [head = "", ...rows] = (await ask(control, "show stat\n")).replace(/^# /, "").trim().split("\n");
  const node = rows
    .map((row) => row.split(","))
    .find(([backend, name]) => backend === "nodes" && name === "n1");
  return node?.[head.split(",").indexOf(COLUMN)] ?? "";
}

async function until(control: string, status: RegExp): Promise<void> {
  for (const due = performance.now() + 20_000; !status.test(await statusOf(control)); await sleep(20))
    assert.ok(performance.now() < due, `not ${status}: ${await statusOf(control)}`);
}

async function serve(transport: string): Promise<{ node: ChildProcess; url: string }> {
  const words = [fileURLToPath(builtModule("cli/main")), "serve", transport, "--json"];
  const node = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: node.stdout }), "line");
  return { node, url: JSON.parse(line).endpoint };
}

describe.runIf(canRun(HAPROXY))("HAProxy asks its nodes whether they answer", { tags: ["full"] }, () => {
  test.concurrent.for(BALANCED)("$name", async (transport, { annotate }) => {
    const { node, url } = await serve(transport.name);
    const { engine } = await startHaproxy({ nodes: [{ url }], balancing: transport.balancing });
    const { control } = engine.place;
    try {
      // Until its first check it only trusts.
      await until(control, /^UP$/);
      await sleep(1_500);
      assert.equal(await statusOf(control), "UP");
      // It goes on accepting connections, which the kernel does for it.
      node.kill("SIGSTOP");
      const stopped = performance.now();
      await until(control, /^DOWN/);
      await annotate(
        `${transport.name}: taken out after ${((performance.now() - stopped) / 1_000).toFixed(1)} s`,
      );
      node.kill("SIGCONT");
      await until(control, /^UP$/);
    } finally {
      node.kill("SIGKILL");
      await engine.stop();
    }
  });
});
