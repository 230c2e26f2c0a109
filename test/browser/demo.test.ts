import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import axe, { type Result } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { firstNotification, inWords } from "../../bench/demo/first.ts";
import { type Demo, startDemo } from "../../cli/demo/demo.ts";
import { pageTransports } from "../../transports/browser.ts";
import { findTransport } from "../../transports/registry.ts";
import { skipped, useBrowser, type Visit } from "./open.test-fixture.ts";

/** Who can resume misses nothing; who can't misses what was published meanwhile, and says so. */
function healed(name: string): string {
  const missed = findTransport(name)?.supports.resume ? "" : ", \\d+ missed, and it said so";
  return `(?:back after [\\d.]+ s: \\d+ replayed${missed}|went on at once: \\d+ came late), 0 lost`;
}
interface Focus {
  readonly name: string;
  readonly marked: boolean;
  readonly inWindow: boolean;
}

const SOON = { timeout: 20_000 };

describe.skipIf(skipped)(`the demo${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();

  async function open(options = {}): Promise<Visit & { readonly demo: Demo }> {
    const demo = await startDemo({ port: 0, onInternalError: (error) => expect.unreachable(String(error)) });
    onTestFinished(demo.close);
    const visit = await reader.visit(demo.url, options);
    await eachColumn(visit.page, demo, (text) => /received\s+[1-9]/.test(text));
    return { ...visit, demo };
  }

  /** Settles when each column's text is as it should be. */
  async function eachColumn(
    page: Page,
    { columns }: Demo,
    is: (text: string, name: string) => boolean,
  ): Promise<void> {
    const texts = () => page.locator(".column").allInnerTexts();
    const others = async () => (await texts()).filter((text, index) => !is(text, columns[index]?.name ?? ""));
    await expect.poll(others, SOON).toEqual([]);
    expect(await page.locator(".column").count()).toBe(columns.length);
  }

  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

  test("shows the first notifications over every transport, without a complaint", async () => {
    const { page, demo, complaints, requests } = await open();
    expect(complaints).toEqual([]);
    const hosts = new Set([demo.url, ...demo.columns.map(({ url }) => url)].map((url) => new URL(url).host));
    expect(requests.filter((url) => url.startsWith("http") && !hosts.has(new URL(url).host))).toEqual([]);
    expect(await page.evaluate("look.sideways()")).toBe(0);
  });

  test("heals what is cut, and then what is restarted: nothing is lost without a word", async () => {
    const { page, demo } = await open();
    await page.getByRole("slider").fill("20");
    for (const what of ["Cut", "Restart"]) {
      await press(page, `${what} all columns`);
      // The newest line comes first.
      const after = what === "Cut" ? "" : "[^]*the server is restarted";
      await eachColumn(page, demo, (text, name) => new RegExp(healed(name) + after).test(text));
    }
    await eachColumn(page, demo, (text) => /^connected/m.test(text) && /lost\s+0\n/.test(text));
  });

  test("what was stalled comes late when it flows, and a link that is slow shows, in its column alone", {
    tags: ["full"],
  }, async () => {
    const { page, demo } = await open();
    const shown = async () => (await page.locator(".figures").allInnerTexts()).join();
    await press(page, "Stall all columns");
    await eachColumn(page, demo, (text) => /^stalled$/m.test(text));
    const before = await shown();
    // Whatever the machine's speed, one is published while nothing flows, and held back long enough to count as late.
    await page.locator("form select").first().selectOption({ index: 1 });
    await Promise.all([page.waitForResponse(/orders$/), press(page, "Send")]);
    await page.waitForTimeout(1_500);
    await press(page, "Let flow all columns");
    await eachColumn(page, demo, (text) =>
      /flows again after [\d.]+ s: [1-9]\d* came late, 0 lost/.test(text),
    );
    expect(await shown()).not.toBe(before);

    const [first] = demo.columns;
    await page.getByLabel(`Link of ${first?.name}`).selectOption("satellite");
    await expect
      .poll(() => page.locator(".figure").first().innerText(), SOON)
      .toMatch(/^(\d{3} ms|[\d.]+ s)$/);
    const told = () => page.locator(".standing .extra").allInnerTexts();
    await expect.poll(told, SOON).toEqual(["link: satellite"]);
  });

  test("sends to bob, whose mark comes back to ann as a receipt; HTML is text", async () => {
    const { page, demo, complaints } = await open();
    await page.getByRole("slider").fill("0");
    const body = `<img src=x onerror="alert('ran')">`;
    await page.getByLabel("Text").fill(body);
    for (const through of ["the service", demo.columns[0]?.name ?? ""]) {
      await page.getByLabel("through").selectOption(through);
      await press(page, "Send");
    }
    await eachColumn(page, demo, (text) => text.split(body).length === 3);
    expect(await page.locator("img").count()).toBe(0);
    await press(page, "Mark read, the newest everywhere");
    await eachColumn(page, demo, (text) => /receipts\s+1/.test(text) && text.includes("✓ read"));
    expect(complaints).toEqual([]);
  });

  test("a clock that is behind shows no latency, and none that is negative", async () => {
    const demo = await startDemo({ port: 0, onInternalError: () => undefined });
    onTestFinished(demo.close);
    const { page } = await reader.visit("about:blank");
    await page.addInitScript("const now = Date.now; Date.now = () => now() - 60_000");
    await page.goto(demo.url);
    await eachColumn(page, demo, (text) => /received\s+[1-9]/.test(text));
    expect([...new Set(await page.locator(".figure").allInnerTexts())]).toEqual(["–"]);
  });

  for (const { colorScheme, width, tags } of [
    { colorScheme: "light", width: 1280, tags: ["full"] },
    { colorScheme: "dark", width: 360, tags: [] },
  ] as const)
    test(`axe finds no violation in the ${colorScheme} theme at ${width} px`, {
      tags: [...tags],
    }, async () => {
      const { page } = await open({ colorScheme, viewport: { width, height: 800 } });
      await page.evaluate(axe.source);
      const violations = await page.evaluate<Result[]>(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate("look.sideways()")).toBe(0);
    });

  test("Tab goes through everything in the order of the page, and one sees where one is", async () => {
    const { page, demo } = await open();
    await page.getByRole("slider").fill("0");
    await press(page, "Mark read, the newest everywhere");
    await eachColumn(page, demo, (text) => /receipts\s+1/.test(text));
    await page.locator("body").click({ position: { x: 1, y: 1 } });
    const stops = await page.evaluate<string[]>("look.stops()");
    expect(stops.length).toBeGreaterThan(demo.columns.length * 6);
    const way: Focus[] = [];
    for (let step = 0; step < stops.length; step += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate<Focus | null>("look.focused()");
      if (focus) way.push(focus);
    }
    expect(way.map(({ name }) => name)).toEqual(stops);
    expect(way.filter(({ marked, inWindow }) => !marked || !inWindow)).toEqual([]);
  });

  test("from the command to the first notification of every transport", { tags: ["full"] }, async ({
    annotate,
  }) => {
    const { page } = await reader.visit("about:blank");
    const first = await firstNotification(page);
    expect(first.columns.map(({ name }) => name).sort()).toEqual(Object.keys(pageTransports).sort());
    for (const { ms } of first.columns) expect(ms).toBeGreaterThanOrEqual(first.announcedMs);
    await annotate(inWords(first));
  });

  test("its script is at most 250 KB compressed", () => {
    const script = readFileSync(new URL("../../dist/web/demo/demo.js", import.meta.url));
    expect(gzipSync(script).length).toBeLessThanOrEqual(250_000);
  });
});
