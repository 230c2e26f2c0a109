import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { builtModule } from "../../transports/engines/built-module.ts";
import { Engine, type EngineSpec } from "../../transports/engines/engine.ts";
import { HAPROXY, NGINX, REDIS, versionOf } from "../../transports/engines/programs.ts";
import { closeServer, listen } from "../../transports/net/listen.ts";
import { inNewNamespace, whyNoNamespace } from "../processes/namespace.ts";
import { canRun } from "./balanced.test-fixture.ts";
import { ask } from "./control.ts";
import { type Redis, startRedis } from "./redis.ts";

const exists = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Over TCP, as a client would. */
async function ping({ engine }: Redis): Promise<string> {
  const socket = connect(engine.place.port, "127.0.0.1");
  socket.write("PING\r\n");
  const [answer] = await once(socket, "data");
  socket.destroy();
  return String(answer).trim();
}

test("a program that is not installed: one line names the package", async () => {
  const program = { ...REDIS, name: "no-such-program", package: "its-package" };
  const spec: EngineSpec = { program, args: () => [], probe: async () => undefined };
  await assert.rejects(Engine.start(spec), {
    message: "no-such-program is not installed: apt-get install its-package",
  });
});

describe.runIf(canRun(REDIS))("redis-server", () => {
  test("serves, is killed, stopped and set going again, and leaves nothing", async () => {
    const redis = await startRedis();
    const { engine } = redis;
    assert.match(versionOf(REDIS) ?? "", /^\d+\.\d+/);
    try {
      assert.equal(await ping(redis), "+PONG");
      const first = engine.pid;
      await engine.kill();
      await assert.rejects(ping(redis), /ECONNREFUSED/);
      await engine.restart();
      assert.notEqual(engine.pid, first);
      assert.equal(await ping(redis), "+PONG");
      engine.pause();
      const answer = ping(redis);
      assert.equal(await Promise.race([answer, sleep(50, "silence")]), "silence");
      engine.resume();
      assert.equal(await answer, "+PONG");
      engine.pause();
    } finally {
      await engine.stop();
    }
    assert.ok(!existsSync(engine.place.folder));
    assert.ok(engine.pid !== undefined && !exists(engine.pid));
    await engine.stop();
  });

  test("asks for its password, and refuses more than its memory holds", async () => {
    const { engine, url } = await startRedis({ password: 'a"b c', maxMemoryBytes: 1 });
    try {
      assert.equal(url, `redis://:a%22b%20c@127.0.0.1:${engine.place.port}`);
      const talk = (text: string, lines: number) =>
        ask(engine.place.control, text, (answer) => answer.split("\r\n").length > lines);
      assert.match(await talk("PING\r\n", 1), /^-NOAUTH/);
      assert.match(await talk('AUTH "a\\"b c"\r\nSET key value\r\n', 2), /^\+OK\r\n-OOM/);
    } finally {
      await engine.stop();
    }
  });

  test("who listens for its death is told with its last words, but not when it was asked for", async () => {
    const { engine } = await startRedis();
    let told = 0;
    engine.died.catch(() => {
      told += 1;
    });
    await engine.kill();
    await engine.restart();
    assert.equal(told, 0);
    process.kill(engine.pid ?? 0, "SIGTERM");
    await assert.rejects(engine.died, /redis-server exited with code 0: .*bye bye/);
    await engine.stop();
  });

  test("one that does not start says why", async () => {
    const spec: EngineSpec = {
      program: REDIS,
      args: () => ["--no-such-setting", "1"],
      probe: async () => Promise.reject(),
    };
    await assert.rejects(Engine.start(spec), /redis-server exited with code 1: .*Bad directive/);
  });

  test("a port that another takes in the meantime is given up for another", async () => {
    const other = createServer();
    const taken = Number((await listen(other, "127.0.0.1", 0)).split(":")[1]);
    try {
      await assert.rejects(startRedis({ port: taken }), /redis-server exited.*(in use|Failed listening)/);
      const ports: number[] = [];
      const spec: EngineSpec = {
        program: REDIS,
        args: ({ port, control }) => {
          ports.push(port);
          const chosen = ports.length < 3 ? taken : port;
          return ["--port", String(chosen), "--bind", "127.0.0.1", "--unixsocket", control];
        },
        probe: (control) => ask(control, "PING\r\n", (answer) => answer.includes("PONG")),
      };
      const engine = await Engine.start(spec);
      await engine.stop();
      assert.equal(ports.length, 3);
      assert.equal(new Set(ports).size, 3);
    } finally {
      await closeServer(other);
    }
  });

  test.runIf(whyNoNamespace() === undefined)("runs in a network namespace", async () => {
    const redis = await startRedis({ prefix: inNewNamespace });
    try {
      await assert.rejects(ping(redis), /ECONNREFUSED/);
      await redis.engine.restart();
    } finally {
      await redis.engine.stop();
    }
  });
});

/** In another process, which is then killed: its engines, and what they have on disk. */
const START_ALL = `
  const [redis, haproxy, nginx] = await Promise.all(["redis", "haproxy", "nginx"].map((name) => import(process.argv[1] + name + ".js")));
  const node = { url: "tcp://127.0.0.1:9" };
  console.log("begins");
  const engines = await Promise.all([
    redis.startRedis(),
    haproxy.startHaproxy({ nodes: [node], balancing: { mode: "http" } }),
    nginx.startNginx({ nodes: [node], balancing: { mode: "tcp" } }),
  ]);
  engines[0].engine.pause();
  console.log("serves");
`;

describe.runIf([REDIS, HAPROXY, NGINX].every(canRun))(
  "an orchestrator that is killed leaves no engine and no file",
  () => {
    /** Names of folders in `folder`, and processes that were started with something in it. */
    function left(folder: string): string[] {
      const { stdout } = spawnSync("ps", ["-e", "-o", "pid=,args="], { encoding: "utf8" });
      return [...readdirSync(folder), ...stdout.split("\n").filter((line) => line.includes(folder))];
    }

    async function start(folder: string, word: string) {
      const modules = fileURLToPath(builtModule("harness/engines/redis")).replace(/redis\.js$/, "");
      const orchestrator = spawn(process.execPath, ["--input-type=module", "-e", START_ALL, modules], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: folder },
      });
      for await (const line of createInterface({ input: orchestrator.stdout })) if (line === word) break;
      return orchestrator;
    }

    async function nothingLeft(folder: string): Promise<void> {
      for (const due = performance.now() + 20_000; left(folder).length > 0; await sleep(20))
        assert.ok(performance.now() < due, `left: ${left(folder).join("\n")}`);
      rmSync(folder, { recursive: true });
    }

    const scratch = () => mkdtempSync(join(tmpdir(), "notif-lab-killed-"));

    test("while they serve, one of them stopped", async () => {
      const folder = scratch();
      const orchestrator = await start(folder, "serves");
      assert.equal(left(folder).filter((one) => one.startsWith("notif-lab-")).length, 3);
      orchestrator.kill("SIGKILL");
      await nothingLeft(folder);
    });

    test("at any moment of their start", { tags: ["full"] }, async () => {
      const folders = Array.from({ length: 25 }, scratch);
      for (const [index, folder] of folders.entries()) {
        const orchestrator = await start(folder, "begins");
        await sleep(10 * index);
        orchestrator.kill("SIGKILL");
      }
      for (const folder of folders) await nothingLeft(folder);
    });
  },
);
