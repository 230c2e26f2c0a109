import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, inject, onTestFinished } from "vitest";
import { htmlAssets } from "../../cli/output/render.ts";
import { type Results, resultsSchema } from "../../harness/result/result.ts";
import { renderHtml } from "../../reports/html/page.ts";
import type { TheBrowser } from "./global-setup.test-fixture.ts";

const given = (await json(connect(inject("browserAt")))) as TheBrowser;

/** Why the browser tests are skipped. On a build machine (CI is set) nothing is skipped: there they fail. */
export const skipped = "absent" in given && !process.env.CI ? given.absent : undefined;

/** The run's Chromium as a program to start, whose environment this process has for as long as the tests run that ask here. */
export function useProgram(): () => string {
  const env = "absent" in given ? {} : given.env;
  const names = Object.keys(env);
  const before = names.map((name) => [name, process.env[name]] as const);
  beforeAll(() => void Object.assign(process.env, env));
  afterAll(() => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });
  return () => {
    if ("absent" in given) throw new Error(given.absent);
    return given.path;
  };
}

let sample: Results | undefined;

/** A results file of your own in place of the one kept here: NOTIF_LAB_TEST_RESULTS=path/to/results.json. */
export function sampleResults(): Results {
  const own = process.env.NOTIF_LAB_TEST_RESULTS;
  const read = () =>
    own
      ? readFileSync(own, "utf8")
      : gunzipSync(readFileSync(new URL("quick-run.results.json.gz", import.meta.url))).toString();
  sample ??= resultsSchema.parse(JSON.parse(read()));
  return sample;
}

/** The sample with its first and its last scenario: with every part of a report, and soon drawn. */
export function fewScenarios(): Results {
  const { scenarios, trials, ...rest } = sampleResults();
  const names = [scenarios[0], scenarios.at(-1)].map((one) => one?.name);
  return {
    ...rest,
    scenarios: scenarios.filter(({ name }) => names.includes(name)),
    trials: trials.filter(({ scenario }) => names.includes(scenario)),
  };
}

/** What goes through a whole page: in `npm test` through a report of two scenarios, in the full set also through one of all. */
export function describeReports(what: string, tests: (results: () => Results) => void): void {
  const why = skipped ? ` (skipped: ${skipped})` : "";
  describe.skipIf(skipped)(`${what}${why}`, () => tests(fewScenarios));
  describe.skipIf(skipped)(`${what}, of all scenarios${why}`, { tags: ["full"] }, () => tests(sampleResults));
}

/** A page with what it did that no report may do. */
export interface Visit {
  readonly page: Page;
  /** Errors in the console, uncaught exceptions, dialogs, and whatever the page's policy refused. */
  readonly complaints: readonly string[];
  /** Every address asked for. */
  readonly requests: readonly string[];
}

export interface Reader {
  /** A new visit of an address, with `look` at hand; it ends with the test that made it. */
  visit(url: string, options?: BrowserContextOptions): Promise<Visit>;
  /** A visit for all tests of a file; it ends with them. */
  open(url: string): Promise<Visit>;
  /** Writes the report of these results to a file of its own; its file: address. */
  write(results: Results): string;
  /** Writes a page to a file of its own; its file: address. */
  keep(page: string): string;
}

/** Gives the tests of one file the run's browser; what they write stands in the run's folder and goes with it. */
export function useBrowser(): Reader {
  let browser: Browser;
  let folder = "";
  let files = 0;
  beforeAll(async () => {
    if ("absent" in given) throw new Error(given.absent);
    folder = mkdtempSync(join(given.folder, "pages-"));
    browser = await chromium.connect(given.endpoint);
  });
  afterAll(() => browser?.close());
  const keep = (page: string) => {
    files += 1;
    const path = join(folder, `page-${files}.html`);
    writeFileSync(path, page);
    return pathToFileURL(path).href;
  };
  return {
    visit: (url, options) => {
      const visited = visit(browser, url, options);
      onTestFinished(async () => (await visited).page.context().close());
      return visited;
    },
    open: (url) => visit(browser, url),
    write: (results) => keep(renderHtml(results, htmlAssets())),
    keep,
  };
}

async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(readFileSync(new URL("look.js", import.meta.url), "utf8"));
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}
