import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserServer, Page } from "playwright-core";
import { LabError } from "../../core/errors.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import { watchOver } from "../../transports/engines/orphans.ts";
import { closeServer, createHttpServer, listen } from "../../transports/net/listen.ts";

/** A running Chromium whose pages hold the lab's clients. */
export interface OpenBrowser {
  /** As playwright-core drives it. */
  readonly browser: Browser;
  /** Name and version, "Chromium 147.0.7727.0". */
  readonly product: string;
  /** The origin of the lab's pages, which servers must let in. */
  readonly origin: string;
  /** A page with the lab's clients in it, alone in its context. */
  visit(): Promise<LabPage>;
  /** Idempotent; settles when no process and no file of it is left. */
  close(): Promise<void>;
}

/** A page as the lab drives it; `page` is there for what only a browser's driver can do. */
export interface LabPage {
  readonly page: Page;
  /** Calls one of the functions of harness/browser/page/clients.ts with values that JSON can carry; rejects with the page's error. */
  call<T>(name: string, ...values: readonly unknown[]): Promise<T>;
  close(): Promise<void>;
}

interface BrowserOptions {
  readonly flags?: readonly string[];
  /** Of the flags that playwright-core sets. */
  readonly without?: readonly string[];
}

/** What everybody turns off who drives a browser: it shall ask nobody outside of this machine for anything. */
const FLAGS = [
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // The lab's own servers are all that it visits, and their certificates are of one run.
  "--ignore-certificate-errors",
];

/**
 * Starts that Chromium through playwright-core, which is loaded now. It does not outlive this process, however this one ends. Rejects with
 * `unreachable` where the one or the other is not to be had.
 */
export async function openBrowser(
  path: string,
  { flags = [], without = [] }: BrowserOptions = {},
): Promise<OpenBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "notif-lab-browser-"));
  const forgetFolder = watchOver(folder);
  let forgetProcess: (() => Promise<void>) | undefined;
  let server: BrowserServer | undefined;
  let browser: Browser | undefined;
  let pages: Awaited<ReturnType<typeof servePage>> | undefined;
  const close = async () => {
    await browser?.close();
    await server?.close();
    await pages?.close();
    await forgetProcess?.();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    await forgetFolder();
  };
  try {
    const { chromium } = await driver();
    server = await within(folder, () =>
      chromium.launchServer({
        executablePath: path,
        args: [...FLAGS, ...flags],
        ignoreDefaultArgs: [...without],
        host: "127.0.0.1",
        // Who started it ends it.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
      }),
    );
    const { pid } = server.process();
    if (pid !== undefined) forgetProcess = watchOver(pid);
    browser = await chromium.connect(server.wsEndpoint());
    pages = await servePage();
  } catch (error) {
    await close();
    if (error instanceof LabError) throw error;
    throw new LabError("unreachable", `${path} does not start: ${whyOf(error)}`, { cause: error });
  }
  const { origin } = pages;
  const opened = browser;
  return {
    browser: opened,
    product: `Chromium ${opened.version()}`,
    origin,
    visit: async () => {
      const context = await opened.newContext();
      const page = await context.newPage();
      await page.goto(`${origin}/`);
      return {
        page,
        call: <T>(name: string, ...values: readonly unknown[]) =>
          page.evaluate<T>(`lab.${name}(...${JSON.stringify(values)})`),
        close: () => context.close(),
      };
    },
    close,
  };
}

async function driver(): Promise<typeof import("playwright-core")> {
  try {
    return await import("playwright-core");
  } catch (error) {
    throw new LabError("unreachable", "playwright-core is not installed: npm install playwright-core", {
      cause: error,
    });
  }
}

/** Whatever is written to the system's folder for temporary files meanwhile goes there. */
async function within<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    return await work();
  } finally {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  }
}

/** Serves the page on 127.0.0.1. Isolated from other origins, as it is, its clock tells 5 us instead of 100. */
async function servePage(): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const script = readFileSync(builtModule("harness/browser/page/clients"), "utf8");
  const server = createHttpServer(undefined, {}, ({ url }, response) => {
    const isScript = url === "/clients.js";
    response.writeHead(200, {
      "content-type": `${isScript ? "text/javascript" : "text/html"}; charset=utf-8`,
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(isScript ? script : PAGE);
  });
  const bound = await listen(server, "127.0.0.1", 0);
  return {
    origin: `http://${bound}`,
    close: async () => {
      const closed = closeServer(server);
      server.closeAllConnections();
      await closed;
    },
  };
}

const PAGE = `<!doctype html><html lang="en"><title>The lab's clients</title><link rel="icon" href="data:,"><script src="clients.js"></script></html>`;

/** What a start failed of: the library that is missing, or the first line of what there is to say. */
function whyOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text.match(/[^:\n]+\.so[^:\n]*: cannot open shared object file/)?.[0].trim() ??
    text.split("\n", 1)[0] ??
    text
  );
}
