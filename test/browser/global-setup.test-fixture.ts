import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserServer, chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { findChromium, HOW_TO_GET_ONE } from "./chromium.test-fixture.ts";

/** The run's one browser: where it listens, with a folder that goes with it; or why there is none. */
export type TheBrowser =
  | {
      readonly endpoint: string;
      readonly folder: string;
      /** The program, with what it needs in its environment, for who starts one of their own. */
      readonly path: string;
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly absent: string };

declare module "vitest" {
  interface ProvidedContext {
    /** A socket that says what browser there is (`TheBrowser`, as JSON), to everybody who connects. */
    readonly browserAt: string;
  }
}

/** Starts one browser for all test files of a run, when the first of them asks; what it unpacked or wrote goes with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "notif-lab-browser-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  // Also when the run is broken off; the browser itself is ended by playwright then.
  process.once("exit", remove);
  let server: BrowserServer | undefined;
  const open = async (): Promise<TheBrowser> => {
    try {
      const { path, env } = await findChromium(folder);
      server = await start(path, { ...env, TMPDIR: folder });
      return { endpoint: server.wsEndpoint(), folder, path, env };
    } catch (error) {
      const absent = firstLine(error);
      process.stderr.write(`browser tests: ${absent}\n`);
      return { absent };
    }
  };
  let opened: Promise<TheBrowser> | undefined;
  const door = createServer(async (socket) => {
    socket.on("error", () => socket.destroy());
    opened ??= open();
    socket.end(JSON.stringify(await opened));
  });
  const browserAt = join(folder, "which");
  await new Promise<void>((resolve) => door.listen(browserAt, resolve));
  project.provide("browserAt", browserAt);
  return async () => {
    door.close();
    await opened;
    await server?.close();
    remove();
    process.off("exit", remove);
  };
}

async function start(executablePath: string, env: Readonly<Record<string, string>>): Promise<BrowserServer> {
  try {
    return await chromium.launchServer({
      executablePath,
      env: { ...process.env, ...env },
      host: "127.0.0.1",
    });
  } catch (error) {
    throw new Error(`${executablePath} does not start (${firstLine(error)}); ${HOW_TO_GET_ONE}`, {
      cause: error,
    });
  }
}

/** What a start failed of: the library that is missing, or the first line of what there is to say. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text.match(/[^:\n]+\.so[^:\n]*: cannot open shared object file/)?.[0].trim() ??
    text.split("\n", 1)[0] ??
    text
  );
}
