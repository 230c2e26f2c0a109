import { beforeAll, describe, expect, test } from "vitest";
import { htmlAssets } from "../../cli/output/render.ts";
import { renderComparisonHtml } from "../../reports/html/compare-page.ts";
import { renderTrendHtml } from "../../reports/html/trend-page.ts";
import { compareRuns } from "../../reports/model/comparison.ts";
import { metricsOf, resultsOf } from "../../reports/model/results.test-fixture.ts";
import { trendOf } from "../../reports/model/trend.ts";
import { skipped, useBrowser } from "./open.test-fixture.ts";

const runOf = (day: number) => ({
  ...resultsOf({ blocks: 10, trial: (trial) => ({ ...trial, metrics: metricsOf(1 + 0.1 * day) }) }),
  startedAt: `2026-01-0${day}T00:00:00.000Z`,
});

describe.skipIf(skipped)(`the pages beside the report${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();
  const urls: Record<string, string> = {};
  beforeAll(() => {
    urls.comparison = reader.keep(renderComparisonHtml(compareRuns(runOf(1), runOf(2)), htmlAssets()));
    urls.trend = reader.keep(renderTrendHtml(trendOf([runOf(1), runOf(2), runOf(3)]), htmlAssets()));
  });

  test.each(["comparison", "trend"])(
    "a %s has both themes, fits a phone and unfolds its tables on paper",
    async (kind) => {
      const { page, complaints, requests } = await reader.visit(urls[kind] ?? "", {
        colorScheme: "light",
        viewport: { width: 360, height: 800 },
      });
      expect(await page.evaluate("look.sideways()")).toBe(0);
      const light = await page.evaluate("look.colours()");
      await page.getByRole("button", { name: "Dark or light" }).click();
      expect(await page.evaluate("look.colours()")).not.toEqual(light);
      await page.evaluate(
        "addEventListener('beforeprint', () => { globalThis.printed = { ...look.colours(), folded: document.querySelectorAll('details:not([open])').length } })",
      );
      await page.pdf();
      expect(await page.evaluate("printed")).toEqual({ ...Object(light), folded: 0 });
      expect(await page.locator("details:not([open])").count()).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
      expect(requests).toHaveLength(1);
    },
  );
});
