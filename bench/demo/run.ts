import type { Page } from "playwright-core";
import { startDemo } from "../../cli/demo/demo.ts";
import { startChromium } from "./chromium.ts";
import { firstNotification, inWords } from "./first.ts";

/*
 * How soon the demo shows its first notifications, from the command on, and its page under load, in Chromium: `npm run bench:demo -- [seconds] [notifications a second]`, 60 s at 200 unless told. Heap is what is
 * left after a collection. A frame counts as long from 100 ms on. An indication: browser and servers share the machine.
 */

const [seconds = 60, perSecond = 200] = process.argv.slice(2).map(Number);
if (!(seconds > 0 && perSecond >= 0 && perSecond <= 200))
  throw new Error("usage: npm run bench:demo -- [seconds] [notifications a second, 200 at most]");

const WARM_UP_MS = 5_000;
const LONG_MS = 100;

/** In the page: how long each frame took since the one before. */
const WATCH = `(() => {
  const frames = { count: 0, long: [], worst: 0 };
  let last = performance.now();
  const frame = (now) => {
    const took = now - last;
    last = now;
    frames.count += 1;
    frames.worst = Math.max(frames.worst, took);
    if (took > ${LONG_MS}) frames.long.push(Math.round(took));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.frameWatch = frames;
})()`;

const { browser, close } = await startChromium();
try {
  const first = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  process.stdout.write(`${inWords(await firstNotification(first))}\n`);
  await first.close();
} catch (error) {
  await close();
  throw error;
}
const demo = await startDemo({
  port: 0,
  onInternalError: (error) => process.stderr.write(`${String(error)}\n`),
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(demo.url);
  await page.getByRole("slider").fill(String(perSecond));
  await page.waitForTimeout(WARM_UP_MS);
  const before = await look(page);
  await page.evaluate(WATCH);
  await page.waitForTimeout(seconds * 1_000);
  const frames = await page.evaluate<{ count: number; long: number[]; worst: number }>("frameWatch");
  const after = await look(page);
  const lines = [
    `${seconds} s at ${perSecond} notifications a second on each of ${demo.columns.length} transports`,
    `heap        ${megabytes(before.heap)} before, ${megabytes(after.heap)} after`,
    `DOM nodes   ${before.nodes} before, ${after.nodes} after`,
    `frames      ${frames.count}, ${frames.long.length} longer than ${LONG_MS} ms, the longest ${Math.round(frames.worst)} ms`,
    ...demo.columns.map(({ name }, index) => {
      const { received = "?", lost = "?", missed = "?" } = after.columns[index] ?? {};
      return `${name.padEnd(14)} received ${received}, missed ${missed}, lost ${lost}`;
    }),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  await close();
  await demo.close();
}

interface Looked {
  readonly heap: number;
  readonly nodes: number;
  /** By column: the counters as they are shown. */
  readonly columns: readonly Readonly<Record<string, string>>[];
}

function look(page: Page): Promise<Looked> {
  return page.evaluate<Looked>(`(() => {
    gc();
    const text = (element) => element.textContent;
    const columns = [...document.querySelectorAll(".figures")].map((figures) =>
      Object.fromEntries([...figures.children].map((pair) => [...pair.children].map(text))));
    return { heap: performance.memory.usedJSHeapSize, nodes: document.querySelectorAll("*").length, columns };
  })()`);
}

function megabytes(value: number): string {
  return `${(value / 1_000_000).toFixed(1)} MB`;
}
