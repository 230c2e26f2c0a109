import { createRequire } from "node:module";
import type { BrowserChoice } from "../../harness/browser/beside.ts";
import { installedBrowser, isProgram } from "../../harness/browser/installed.ts";
import { usage } from "../process/failure.ts";
import { parseNumber } from "./choices.ts";

/** Chromium opens no more WebSockets to a host. */
const MOST_CLIENTS = 255;

type Env = Readonly<Record<string, string | undefined>>;

/** How many clients the page of `--clients` has; undefined where none is asked for. */
export function pageClients({ clients }: { readonly clients?: string | undefined }): number | undefined {
  if (clients === undefined) return undefined;
  const [kind, number = "1", ...more] = clients.split(":");
  if (kind !== "browser" || more.length > 0)
    throw usage(`--clients takes browser, or browser:4 for four clients in its page, not "${clients}"`);
  return parseNumber("--clients browser:", number, { min: 1, max: MOST_CLIENTS, integer: true });
}

/**
 * The program of --browser, else of CHROME_PATH or NOTIF_LAB_CHROMIUM, else an installed Chromium or Chrome; or, in `absent`, why there is no
 * browser to be had. What is named and can't be started is wrong input.
 */
export function findBrowser(
  { browser }: { readonly browser?: string | undefined },
  env: Env = process.env,
): { readonly path: string } | { readonly absent: string } {
  const named = Object.entries({ "--browser": browser, CHROME_PATH: env.CHROME_PATH, ...ownWish(env) }).find(
    ([, path]) => path !== undefined && path !== "",
  );
  const [where, wish] = named ?? [];
  if (wish !== undefined && !isProgram(wish))
    throw usage(`${where} is "${wish}", which is not a program; give the path of a Chromium or Chrome`);
  const path = wish ?? installedBrowser(env.PATH);
  if (path === undefined)
    return {
      absent: "no Chromium or Chrome is installed; apt-get install chromium, or give its path to --browser",
    };
  return hasDriver() ? { path } : { absent: "playwright-core is not installed; npm install playwright-core" };
}

/** The browser of a run; where there is none to be had, `tell` is told in one line, and the run goes without. */
export function browserOf(
  flags: { readonly clients?: string | undefined; readonly browser?: string | undefined },
  connections: number | undefined,
  tell: (line: string) => void,
): BrowserChoice | undefined {
  if (connections === undefined) {
    if (flags.browser !== undefined)
      throw usage("--browser names the browser of --clients browser; add that, or leave it out");
    return undefined;
  }
  const found = findBrowser(flags);
  if ("path" in found) return { path: found.path, connections };
  tell(`without clients in a browser: ${found.absent}`);
  return undefined;
}

/** The tests' own name for it; "npm" is for them alone. */
function ownWish({ NOTIF_LAB_CHROMIUM: wish }: Env): Env {
  return wish === "npm" ? {} : { NOTIF_LAB_CHROMIUM: wish };
}

function hasDriver(): boolean {
  try {
    createRequire(import.meta.url).resolve("playwright-core");
    return true;
  } catch {
    return false;
  }
}
