import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { startDemo } from "../../cli/demo/demo.ts";
import { preparationCache } from "../../cli/output/preparation-cache.ts";
import { htmlAssets } from "../../cli/output/render.ts";
import { learnerFile } from "../../cli/workshop/learner-file.ts";
import { startWorkshopPage, type WorkshopPage } from "../../cli/workshop/page-view.ts";
import { tinyLesson } from "../../cli/workshop/tiny-lesson.test-fixture.ts";
import { renderInstructorPage } from "../../workshop/instructor.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { EMPTY, withLesson } from "../../workshop/record.ts";
import { lessons } from "../../workshop/registry.ts";
import { seriousViolations } from "./axe.test-fixture.ts";
import { skipped, useBrowser } from "./open.test-fixture.ts";

/** Waits until the page asks this. */
async function askedFor(page: Page, asks: string, timeout: number): Promise<void> {
  await page.locator("#question legend", { hasText: asks }).waitFor({ timeout });
}

describe.skipIf(skipped)(`the workshop's page${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();
  let folder = "";
  let running: WorkshopPage | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "notif-lab-workshop-"));
  });
  afterEach(async () => {
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (
    shown: readonly Lesson[] = [tinyLesson, ...lessons.slice(1)],
    more: { readonly startDemo?: typeof startDemo } = {},
  ) => {
    running = await startWorkshopPage({
      ...{ port: 0, lessons: shown, command: "a test", blocks: 1, cache: preparationCache() },
      file: learnerFile(join(folder, "w.json")),
      write: async (name) => name,
      ...more,
    });
    return running;
  };

  test("takes a learner from prediction to check, and says what an answer lacks", {
    tags: ["full"],
    timeout: 120_000,
  }, async () => {
    const { page, complaints } = await reader.visit((await start()).url);
    const answer = page.getByRole("button", { name: "Answer" });
    const blocks = page.locator("#blocks");
    await page.getByRole("button", { name: "Tiny" }).click();
    await page.getByText("Leave it empty to skip this question").waitFor();
    await page.getByRole("textbox", { name: "The median?" }).fill("fast");
    await answer.click();
    await expect.poll(() => page.locator("#problem").innerText()).toMatch(/type a number \(ms\)/);
    await page.getByRole("textbox", { name: "The median?" }).fill("3");
    await answer.click();
    await page.getByText("Choose none to skip this question").waitFor();
    await page.getByRole("radio", { name: "bytes" }).check();
    await answer.click();
    await page.getByRole("textbox", { name: "Back after?" }).waitFor();
    await answer.click();
    await page.getByRole("radio", { name: "Yes" }).check({ timeout: 60_000 });
    await answer.click();
    await expect.poll(() => page.locator("#lessons").innerText()).toContain("done");
    const text = await blocks.innerText();
    expect(text).toMatch(/Your median was positive\./);
    expect(text).toMatch(/Back after\? You skipped this\./);
    expect(text).toMatch(/What people often say\s+"<b>x<\/b>" y/);
    expect(text).toMatch(/Not measured: 1 of 4 figures/);
    expect(await page.locator(".reveal tbody tr").count()).toBe(3);
    expect(await page.locator("figure rect.bar").count()).toBe(2);
    expect(await page.locator("figure svg.sequence").getAttribute("aria-label")).toMatch(
      /^websocket: .* A → server: text frame, \d+ bytes/,
    );
    expect(await page.locator("td .guess").count()).toBe(1);
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate("look.sideways()")).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "w.json"), "utf8")).lessons["1"].answers.median).toBe(3);
    // What the browser itself says of the refused answer.
    expect(complaints.filter((one) => !one.includes("400"))).toEqual([]);
  });

  test("plays all eight lessons with a scripted learner, one after the other", {
    tags: ["full", "release"],
    timeout: 1_800_000,
  }, async () => {
    const { page, complaints } = await reader.visit((await start(lessons)).url);
    for (const lesson of lessons) {
      const { number, title, check } = lesson;
      await page.locator("#lessons").getByRole("button", { name: title, exact: true }).click();
      await page.getByRole("heading", { name: `Lesson ${number}: ${title}` }).waitFor();
      for (const asked of [...(lesson.settings ?? []), ...lesson.predictions]) {
        await askedFor(page, asked.asks, 20_000);
        if (asked.kind === "number") await page.getByRole("textbox", { name: asked.asks }).fill("1");
        else if (asked.kind === "choice") await page.getByRole("radio").first().check();
        else if (asked.kind === "needs") await page.getByRole("checkbox", { name: "browser" }).check();
        else await page.getByRole("spinbutton", { name: "latency" }).fill("3");
        await page.getByRole("button", { name: "Answer" }).click();
      }
      await askedFor(page, check.asks, 300_000);
      await page.getByRole("radio").nth(check.right).check();
      await page.getByRole("button", { name: "Answer" }).click();
      const own = page.locator("#lessons li").nth(number - 1);
      await expect.poll(() => own.innerText(), { message: `lesson ${number}` }).toContain("done");
      const text = await page.locator("#blocks").innerText();
      for (const part of ["What came out", "Why", "Yes.", "From here"]) expect(text).toContain(part);
      expect(text).not.toMatch(/NaN|undefined/);
      expect(await page.locator(".reveal tbody tr").count()).toBe(lesson.predictions.length);
      expect(await page.locator("svg.sequence").count()).toBe(lesson.drawn?.length ?? 0);
      expect(await page.evaluate("look.sideways()")).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
    }
    const { lessons: kept } = JSON.parse(readFileSync(join(folder, "w.json"), "utf8"));
    for (const { number } of lessons)
      expect(kept[number]).toMatchObject({ finishedAt: expect.any(String), check: { right: true } });
    expect(complaints).toEqual([]);
  });

  test("asks for requirements and weights, changes lessons, and goes on where it was after it ended", async () => {
    const first = await start();
    const { page } = await reader.visit(first.url, { viewport: { width: 360, height: 800 } });
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByRole("checkbox", { name: "browser" }).check();
    await page.getByRole("button", { name: "Answer" }).click();
    await page.getByRole("spinbutton", { name: "latency" }).fill("5");
    await page.getByRole("button", { name: "Answer" }).click();
    await page.getByText("latency=5, cpu=1").waitFor();
    await page.getByRole("button", { name: "Averages lie" }).click();
    await page.getByText("A server stands still").waitFor();
    expect(await page.evaluate("look.sideways()")).toBe(0);
    await first.close();
    const again = await reader.visit((await start()).url);
    await again.page.getByRole("button", { name: "Decide" }).click();
    await again.page.getByText("You said: browser.").waitFor();
    await again.page.getByRole("radio", { name: "websocket" }).waitFor();
    await again.page.getByText("Choose none to skip this question").waitFor();
    expect(again.complaints).toEqual([]);
  });

  test("offers the demo once more where it could not be started", async () => {
    const at = "2026-01-02T03:04:05.000Z";
    const check = { answer: "Yes", right: true };
    const answers = { median: 3, larger: "bytes", death: null };
    const done = { startedAt: at, finishedAt: at, answers, figures: {}, check };
    await learnerFile(join(folder, "w.json")).write(withLesson(EMPTY, 1, done));
    let tries = 0;
    const { url } = await start([tinyLesson], {
      startDemo: async () => {
        tries += 1;
        if (tries === 1) throw new Error("no port is free");
        return { url: "http://127.0.0.1:1/", columns: [], close: async () => undefined };
      },
    });
    const { page } = await reader.visit(url);
    await page.getByRole("button", { name: "Tiny" }).click();
    const button = page.getByRole("button", { name: "Start the demo" });
    await button.click();
    await page.getByText("no port is free").waitFor();
    await button.click();
    await page.getByRole("link", { name: "Open the demo" }).waitFor();
    await expect.poll(() => button.count()).toBe(0);
    expect(tries).toBe(2);
  });

  test("the instructor's page fits a phone and shows what teachers wrote as text", async () => {
    const html = renderInstructorPage([tinyLesson, ...lessons], EMPTY, () => 60, htmlAssets());
    const { page, complaints, requests } = await reader.visit(reader.keep(html), {
      viewport: { width: 360, height: 800 },
    });
    expect(await page.evaluate("look.sideways()")).toBe(0);
    expect(await page.getByText("<b>x</b>").count()).toBe(1);
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.locator(".slide svg").count()).toBe(1 + lessons.length);
    expect([complaints, requests.length]).toEqual([[], 1]);
  });
});
