import { beforeAll, expect, test } from "vitest";
import { describeReports, useBrowser } from "./open.test-fixture.ts";

describeReports("the report on screens", (results) => {
  const reader = useBrowser();
  let url = "";
  beforeAll(() => {
    url = reader.write(results());
  });

  for (const width of [360, 768, 1280, 1920])
    test(`at ${width} px nothing is cut off and the page does not move sideways`, {
      tags: width === 360 || width === 1280 ? [] : ["full"],
    }, async () => {
      const { page } = await reader.visit(url, { viewport: { width, height: 900 } });
      expect(await page.evaluate("look.cutOff()")).toEqual([]);
      expect(await page.evaluate("look.sideways()")).toBe(0);
      await page.evaluate("look.unfold()");
      expect(await page.evaluate("look.cutOff()"), "with all tables open").toEqual([]);
      expect(await page.evaluate("look.sideways()"), "with all tables open").toBe(0);
    });

  test("text twice as large still fits a phone", async () => {
    const { page } = await reader.visit(url, { viewport: { width: 360, height: 800 } });
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    expect(await page.evaluate("look.sideways()")).toBe(0);
  });
});
