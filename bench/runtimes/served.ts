import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Runtime } from "../../harness/processes/runtime-names.ts";
import { commandOn } from "../../harness/processes/runtimes.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { HANDSHAKE_SECONDS } from "./checks.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const START_MS = 20_000;
const END_MS = 5_000;

/** The service on one transport, in a process of a runtime. */
export interface Served {
  readonly endpoint: Endpoint;
  /** Rejects when the process ends by itself, with its last words. */
  readonly died: Promise<never>;
  /** SIGTERM; rejects unless it ends with 0 in time. */
  stop(): Promise<void>;
  kill(): void;
}

/** Rejects with the last words of a process that does not serve. */
export async function serveOn(runtime: Runtime, transport: string, secret: string): Promise<Served> {
  const handshake = ["--handshake-timeout", String(HANDSHAKE_SECONDS)];
  const flags = ["--json", "--replay", "100", "--publishes-per-minute", "100000", "--debug", ...handshake];
  const [program, ...words] = commandOn(runtime, [MAIN, "serve", transport, ...flags]);
  const child = spawn(program, words, {
    env: { ...process.env, NOTIF_LAB_SECRET: secret, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + String(chunk)).slice(-8_000);
  });
  const lastWords = () => {
    const lines = stderr.split("\n").map((line) => line.trim());
    const told = lines.find((line) => /error/i.test(line)) ?? lines.find((line) => line !== "");
    return (told ?? "it says nothing").replace(/^(caused by )?\w*Error: /, "").slice(0, 200);
  };
  const exited = once(child, "exit");
  let stopping = false;
  const died = exited.then(([code]) => {
    if (stopping) return new Promise<never>(() => undefined);
    throw new Error(`it ended with ${String(code)}: ${lastWords()}`);
  });
  died.catch(() => undefined);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`it does not serve: ${lastWords()}`)), START_MS).unref();
  });
  try {
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), died, late]);
    const { endpoint }: { endpoint: string } = JSON.parse(String(line));
    return {
      endpoint: { url: endpoint },
      died,
      kill: () => void child.kill("SIGKILL"),
      stop: async () => {
        stopping = true;
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
        const [code] = await exited;
        clearTimeout(timer);
        if (code !== 0) throw new Error(`SIGTERM did not end it with 0: ${lastWords()}`);
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}
