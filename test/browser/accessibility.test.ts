import { beforeAll, expect, test } from "vitest";
import { seriousViolations } from "./axe.test-fixture.ts";
import { describeReports, useBrowser } from "./open.test-fixture.ts";

interface Focus {
  readonly name: string;
  readonly marked: boolean;
  readonly inWindow: boolean;
}

describeReports("the report for everybody", (results) => {
  const reader = useBrowser();
  let url = "";
  beforeAll(() => {
    url = reader.write(results());
  });

  const looks = [
    { colorScheme: "light", width: 1280 },
    { colorScheme: "dark", width: 360 },
    { colorScheme: "dark", width: 1280 },
    { colorScheme: "light", width: 360 },
  ] as const;
  for (const { colorScheme, width } of looks)
    test(`axe finds no serious violation in the ${colorScheme} theme at ${width} px`, {
      tags: ["full"],
    }, async () => {
      const { page } = await reader.visit(url, { colorScheme, viewport: { width, height: 900 } });
      await page.evaluate("look.unfold()");
      expect(await seriousViolations(page)).toEqual([]);
    });

  test("every picture has a name and a table of its figures", async () => {
    const { page } = await reader.visit(url);
    expect(await page.locator("canvas").count()).toBeGreaterThan(4);
    expect(await page.evaluate("look.mutePictures()")).toEqual([]);
  });

  test("Tab goes through everything in the order of the page, and one sees where one is", {
    tags: ["full"],
  }, async () => {
    const { page } = await reader.visit(url);
    const stops = await page.evaluate<string[]>("look.stops()");
    expect(stops.length).toBeGreaterThan(10);
    const way: Focus[] = [];
    for (let press = 0; press < stops.length; press += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate<Focus | null>("look.focused()");
      if (focus) way.push(focus);
    }
    expect(way.map(({ name }) => name)).toEqual(stops);
    expect(way.filter(({ marked, inWindow }) => !marked || !inWindow)).toEqual([]);
  });

  test("the theme and a folded table answer to the keyboard", async () => {
    const { page } = await reader.visit(url, { colorScheme: "light" });
    const before = await page.evaluate("look.colours()");
    await page.getByRole("button", { name: /dark|light|theme/i }).focus();
    await page.keyboard.press("Enter");
    expect(await page.evaluate("look.colours()")).not.toEqual(before);
    await page.evaluate("document.querySelector('details:not([open]):has(table)').id = 'chosen'");
    const table = page.locator("#chosen table").first();
    expect(await table.isVisible()).toBe(false);
    await page.locator("#chosen > summary").focus();
    await page.keyboard.press("Enter");
    expect(await table.isVisible()).toBe(true);
  });
});
