import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { describeReports, useBrowser } from "./open.test-fixture.ts";

interface Colours {
  readonly color: string;
  readonly backgroundColor: string;
}

describeReports("the report in a browser", (results) => {
  const reader = useBrowser();
  let url = "";
  beforeAll(() => {
    url = reader.write(results());
  });

  test("opens from a file without a complaint and asks for nothing else", async ({ annotate }) => {
    const { page, complaints, requests } = await reader.visit(url);
    await page.evaluate("look.unfold()");
    expect(await page.locator("h1").innerText()).not.toBe("");
    expect(await page.locator("canvas").count()).toBeGreaterThan(4);
    await page.evaluate("look.showPictures()");
    expect(await page.evaluate("look.blankPictures()")).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
    await annotate((await page.evaluate<string[]>("look.paints()")).join(", "));
  });

  test("the switch changes the theme, pictures too, and back", async () => {
    const { page, complaints } = await reader.visit(url, { colorScheme: "light" });
    const state = async () => ({
      colours: await page.evaluate<Colours>("look.colours()"),
      pictures: await page.evaluate<number[]>("look.pictures()"),
    });
    await page.evaluate("look.showPictures()");
    const light = await state();
    const themeButton = page.getByRole("button", { name: /dark|light|theme/i });
    await themeButton.click();
    await page.evaluate("look.showPictures()");
    const dark = await state();
    await themeButton.click();
    await page.evaluate("look.showPictures()");
    expect(brightness(light.colours.backgroundColor)).toBeGreaterThan(brightness(light.colours.color));
    expect(brightness(dark.colours.backgroundColor)).toBeLessThan(brightness(dark.colours.color));
    const same = dark.pictures.filter((picture, index) => picture === light.pictures[index]);
    expect(same).toEqual([]);
    expect(await state()).toEqual(light);
    expect(complaints).toEqual([]);
  });

  test("a reader whose system is dark gets the dark theme unasked", async () => {
    const { page } = await reader.visit(url, { colorScheme: "dark" });
    const { color, backgroundColor } = await page.evaluate<Colours>("look.colours()");
    expect(brightness(backgroundColor)).toBeLessThan(brightness(color));
  });

  test("every deep link that the page offers leads to its place", async () => {
    const { page } = await reader.visit(url);
    const links = await page.evaluate<string[]>("look.deepLinks()");
    expect(links.length).toBeGreaterThan(results().scenarios.length);
    expect(await page.evaluate("look.doubleIds()")).toEqual([]);
    for (const link of links) {
      await page.evaluate(`location.hash = ${JSON.stringify(link)}`);
      await expectArrival(page, link);
    }
  });

  test("an address with a fragment opens at its place", async () => {
    const { page } = await reader.visit(url);
    const links = await page.evaluate<string[]>("look.deepLinks()");
    for (const link of [links[0] ?? "", links.at(-1) ?? ""]) {
      const opened = await reader.visit(url + link);
      await expectArrival(opened.page, link);
    }
  });

  test("a click on a link of the first screen goes there and changes the address", async () => {
    const { page } = await reader.visit(url);
    const link = page.locator('a[href^="#"]').last();
    const target = (await link.getAttribute("href")) ?? "";
    await link.click();
    expect(await page.evaluate("location.hash")).toBe(target);
    await expectArrival(page, target);
  });
});

interface Landing {
  readonly found: boolean;
  readonly top: number;
  readonly windowHeight: number;
  readonly atEnd: boolean;
}

/** The place begins at the window's top, or as near to it as the end of the page lets it come. */
async function expectArrival(page: Page, fragment: string): Promise<void> {
  const landing = await page.evaluate<Landing>(`look.landing(${JSON.stringify(fragment)})`);
  const { found, top, windowHeight, atEnd } = landing;
  const arrived = found && top > -2 && (top < 120 || (atEnd && top < windowHeight));
  expect(arrived, `${fragment} landed at ${JSON.stringify(landing)}`).toBe(true);
}

/** Mean of red, green and blue of a computed colour, 0 to 255. */
function brightness(colour: string): number {
  const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  expect(parts, colour).toHaveLength(3);
  return parts.reduce((sum, part) => sum + part, 0) / 3;
}
