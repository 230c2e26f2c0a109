import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { type Nats, startNats } from "../harness/engines/nats.ts";
import { resultsSchema } from "../harness/result/result.ts";
import { until } from "../transports/conformance/bench.ts";
import { NATS } from "../transports/engines/programs.ts";
import { childrenOf, endedSoon, runNotifLab, startNotifLab, TINY } from "./process.test-fixture.ts";

const VARIABLE = "NOTIF_LAB_NATS";

test("no NATS there: one line, without the password, and exit code 1", async () => {
  process.env[VARIABLE] = "nats://me:secret@127.0.0.1:9";
  try {
    const { code, err } = await runNotifLab(["agents"]);
    assert.equal(code, 1);
    assert.match(err, /^notif-lab: no NATS can be used at 127\.0\.0\.1:9: .*\n$/);
    assert.ok(!err.includes("secret"));
  } finally {
    delete process.env[VARIABLE];
  }
});

describe.runIf(canRun(NATS))("with NATS", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await startNats();
    process.env[VARIABLE] = nats.url;
  });
  afterAll(async () => {
    delete process.env[VARIABLE];
    await nats.engine.stop();
  });

  test("an agent is listed while it waits, and Ctrl-C ends it with 130", async () => {
    const none = await runNotifLab(["agents"]);
    assert.deepEqual([none.code, none.out.includes("no agent is free")], [0, true]);
    const { child, ended, texts } = startNotifLab(["agent", "--name", "lender"]);
    try {
      await until("it waits", () => texts.out.includes("lender waits for work"), 20_000);
      const { out } = await runNotifLab(["agents"]);
      assert.match(
        out,
        /^agent +for +cores +open files +notif-lab +protocol +Node\.js +clock\nlender +load +\d+ /,
      );
      child.kill("SIGINT");
      const { code, err } = await endedSoon(ended);
      assert.deepEqual([code, err], [130, ""]);
    } finally {
      child.kill("SIGKILL");
    }
    assert.match((await runNotifLab(["agents"])).out, /no agent is free/);
  });

  test("a controller that is killed leaves its agent free and without work", { tags: ["full"] }, async () => {
    const agent = startNotifLab(["agent", "--name", "lender"]);
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-agents-"));
    try {
      await until("it waits", () => agent.texts.out.includes("waits for work"), 20_000);
      const words = [
        "bench",
        "--agents",
        "1",
        "--transports",
        "websocket",
        "--scenarios",
        "notify",
        "--no-interleave",
      ];
      const { child, ended } = startNotifLab([...words, "--duration", "60", "--quick", "--out", folder]);
      const works = () => childrenOf(agent.child.pid).length > 0;
      await until("it runs load", works, 60_000);
      child.kill("SIGKILL");
      await ended;
      await until("it is free", () => agent.texts.out.includes("is free: the controller is gone"), 20_000);
      await until("it runs nothing", () => !works());
      agent.child.kill("SIGINT");
      assert.equal((await endedSoon(agent.ended)).code, 130);
    } finally {
      agent.child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("bench with agents of this machine: results tell of them, and none is left", {
    tags: ["full"],
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-agents-"));
    try {
      const words = [
        "bench",
        ...TINY,
        "--agents",
        "local:2",
        "--transports",
        "websocket,sse",
        "--scenarios",
        "notify",
      ];
      const { child, ended } = startNotifLab([...words, "--out", folder, "--no-cache"]);
      let seen: number[] = [];
      const watch = setInterval(() => {
        seen = [...new Set([...seen, ...childrenOf(child.pid)])];
      }, 200);
      const { code, err } = await ended;
      clearInterval(watch);
      assert.equal(code, 0, err);
      const results = resultsSchema.parse(JSON.parse(readFileSync(join(folder, "results.json"), "utf8")));
      assert.equal(results.agents, 2);
      assert.deepEqual(
        results.trials.map(({ state, metrics }) => [state, metrics?.lost, metrics?.agents?.natsMessages]),
        [
          ["completed", 0, 0],
          ["completed", 0, 0],
        ],
      );
      assert.ok(seen.length > 0);
      await until("all have ended", () =>
        seen.every((pid) => {
          try {
            return !process.kill(pid, 0);
          } catch {
            return true;
          }
        }),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
