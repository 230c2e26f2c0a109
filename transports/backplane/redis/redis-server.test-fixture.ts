import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { boundAddress } from "../../net/listen.ts";

/** Whether tests that need a Redis can run here; on CI they must. */
export const redisIsHere =
  process.env.CI === "true" || spawnSync("redis-server", ["--version"]).error === undefined;

/** A Redis of the test's own, that keeps nothing on disk. */
export interface RedisServer {
  readonly url: string;
  /** Runs one command and gives its answer. */
  command(...words: [string, ...(string | number)[]]): Promise<unknown>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Starts it again at the same address, empty. */
  start(): Promise<void>;
  /** It stands still, and answers nothing, until resume(). */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export async function startRedis(...settings: string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "notif-lab-redis-"));
  const port = await freePort();
  const fixed = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  let server: ChildProcess;
  let asking: Redis;
  const start = async () => {
    server = spawn("redis-server", [...fixed, "--save", "", "--appendonly", "no", ...settings], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await ready(server);
    asking = new Redis({ port, host: "127.0.0.1", lazyConnect: true, retryStrategy: null });
    asking.on("error", () => undefined);
  };
  const kill = async () => {
    asking.disconnect();
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    command: (name, ...words) => asking.call(name, words.map(String)),
    kill,
    start,
    pause: () => void server.kill("SIGSTOP"),
    resume: () => void server.kill("SIGCONT"),
    close: async () => {
      server.kill("SIGCONT");
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = Number(boundAddress(server).split(":").at(-1));
  server.close();
  await once(server, "close");
  return port;
}

async function ready(server: ChildProcess): Promise<void> {
  if (!server.stdout) throw new Error("the output of redis-server is not read");
  const lines = createInterface(server.stdout);
  const said: string[] = [];
  for await (const line of lines) {
    said.push(line);
    if (line.includes("Ready to accept connections")) {
      // Read on, so that its pipe never fills up.
      server.stdout.resume();
      return;
    }
  }
  throw new Error(`redis-server did not start:\n${said.join("\n")}`);
}
