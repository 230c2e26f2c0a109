import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Served {
  readonly endpoint: string;
  readonly token: string;
}

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Runs `notif-lab serve` for one test, as a user does. */
export async function serveTransport(transport: string): Promise<Served> {
  const child = spawn(process.execPath, [main, "serve", transport, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Served;
  throw new Error(`notif-lab serve ${transport} ended before it said where it is`);
}
