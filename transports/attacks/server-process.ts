import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { jwtIssuer } from "../session/jwt.ts";
import type { Target } from "./attack.ts";
import { HANDSHAKE_MS } from "./common.ts";

/** As it was built, whether this module was or runs from its source. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/cli/main.js" : "../../cli/main.js", import.meta.url),
);
const HOUR_MS = 3_600_000;

/** Collects garbage when it is asked to, so that what is still in memory then is what is still held. */
const COLLECTING = "data:text/javascript,process.on('SIGUSR2', () => gc())";
/** Young objects get 12 MB at most in place of 48, which V8 would give back only after some seconds without work. */
const SMALL_NURSERY = "--max-semi-space-size=4";

export interface Footprint {
  readonly rssBytes: number;
  readonly openFiles: number;
}

export interface ServerProcess extends Target {
  /** The key of its tokens. */
  readonly secret: string;
  readonly alive: boolean;
  readonly stderr: string;
  /** From /proc: Linux alone. */
  footprint(): Footprint;
  /** Has it collect its garbage, soon. */
  collect(): void;
  /** SIGTERM; settles with the exit code and how long it took. */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
}

interface ServerOptions {
  /** The key of its tokens. Default: a new one. */
  readonly secret?: string;
  /** Internal errors are reported with their stacks. */
  readonly debug?: boolean;
}

/** `notif-lab serve` as its users start it, with a short handshake. */
export async function startServer(transport: string, options: ServerOptions = {}): Promise<ServerProcess> {
  const { secret = randomBytes(32).toString("hex"), debug = false } = options;
  const flags = [
    "--publishes-per-minute",
    "1000000",
    "--replay",
    "1000",
    // What it may keep for those who resume is not what an attack has left behind.
    "--replay-memory",
    "8",
    "--connections-per-address",
    "5000",
    ...(debug ? ["--debug"] : []),
  ];
  const handshake = ["--handshake-timeout", String(HANDSHAKE_MS / 1_000)];
  const child = spawn(
    process.execPath,
    [
      "--expose-gc",
      SMALL_NURSERY,
      "--import",
      COLLECTING,
      program,
      "serve",
      transport,
      "--json",
      ...flags,
      ...handshake,
    ],
    { env: { ...process.env, NOTIF_LAB_SECRET: secret }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    if (stderr.length < 10_000) stderr += chunk;
  });
  const exited = once(child, "exit");
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), exited]);
  if (typeof line !== "string") throw new Error(`serve ${transport} ended: ${stderr}`);
  const { endpoint, certificate } = JSON.parse(line);
  const issue = jwtIssuer(secret);
  return {
    secret,
    endpoint: { url: endpoint, ...(certificate === undefined ? {} : { certificate }) },
    token: (user, expiresInMs = HOUR_MS) => issue(user, expiresInMs),
    get alive() {
      return child.exitCode === null && child.signalCode === null;
    },
    get stderr() {
      return stderr;
    },
    footprint: () => ({
      rssBytes: 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]),
      openFiles: readdirSync(`/proc/${child.pid}/fd`).length,
    }),
    collect: () => void child.kill("SIGUSR2"),
    stop: async () => {
      const began = performance.now();
      const impatient = setTimeout(() => child.kill("SIGKILL"), 10_000);
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await exited;
      clearTimeout(impatient);
      return { code: child.exitCode, tookMs: performance.now() - began };
    },
  };
}
