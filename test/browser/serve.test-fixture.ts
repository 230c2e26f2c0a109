import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Served {
  readonly endpoint: string;
  readonly token: string;
}

interface Announced extends Served {
  readonly endpoints?: readonly { readonly transport: string; readonly endpoint: string }[];
}

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Runs `notif-lab serve`, as a user does. */
async function serve(...words: readonly string[]) {
  const child = spawn(process.execPath, [main, "serve", ...words, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  for await (const line of createInterface(child.stdout))
    return { told: JSON.parse(line) as Announced, stop };
  throw new Error(`notif-lab serve ${words.join(" ")} ended before it said where it is`);
}

/** For one test. */
export async function serveTransport(transport: string): Promise<Served> {
  const { told, stop } = await serve(transport);
  onTestFinished(stop);
  return told;
}

/** The transports that are compared unless others are named, by one process for several tests. */
export async function serveAll() {
  const { told, stop } = await serve("all", "--publishes-per-minute", "1000");
  const of = (name: string): Served => {
    const found = told.endpoints?.find(({ transport }) => transport === name);
    if (!found) throw new Error(`${name} is not served by serve all`);
    return { endpoint: found.endpoint, token: told.token };
  };
  return { of, stop };
}
