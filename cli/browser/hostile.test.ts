import { describe, expect, test } from "vitest";
import { type Results, resultsSchema } from "../../harness/result.ts";
import { sampleResults, skipped, useBrowser } from "./open.test-fixture.ts";

const ATTACK = `"'></script></style><script>alert("ran")</script><img src="https://attack.invalid/x" onerror="alert('ran')">`;
const NAMES = new Set(["transport", "scenario", "name"]);
const CLOSED = new Set([
  "schema",
  "preset",
  "loop",
  "arrivals",
  "link",
  "state",
  "role",
  "kind",
  "steadiness",
]);

/**
 * The document with the attack in every text that is not one of a closed set, a time, a histogram, or the plans' own, which a
 * reader checks against their hash. Keys of free lists have it too.
 */
function attacked(results: Results): Results {
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === "string")
      return CLOSED.has(key) || /At$|histogram/.test(key) ? value : value + ATTACK;
    if (Array.isArray(value)) return value.map((one) => change(one, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([own, inner]) => [
        key === "packages" ? own + ATTACK : own,
        change(inner, own),
      ]),
    );
  };
  const { plans, ...rest } = results;
  return resultsSchema.parse({ ...Object(change(rest, "")), plans });
}

describe.skipIf(skipped)(`a hostile results file${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();

  test("runs nothing, loads nothing and stays readable", async () => {
    const results = attacked(sampleResults());
    const { page, complaints, requests } = await reader.visit(reader.write(results));
    await page.evaluate("look.unfold()");
    expect(await page.locator("h1").innerText()).not.toBe("");
    expect(await page.locator("body").innerText()).toContain('<script>alert("ran")</script>');
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.evaluate("look.sideways()")).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test("with its texts in the page unescaped could not run or load either, by the page's own policy", async () => {
    const { page, complaints, requests } = await reader.visit(reader.write(sampleResults()));
    const markup = `<img src="https://attack.invalid/x" onerror="alert('ran')"><iframe src="https://attack.invalid/y"></iframe>`;
    await page.evaluate(`document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(markup)})`);
    await page.evaluate("fetch('https://attack.invalid/z').catch(() => undefined)");
    expect(complaints.filter((text) => !/Content Security Policy/.test(text))).toEqual([]);
    expect(complaints.length).toBeGreaterThan(2);
    expect(requests).toHaveLength(1);
  });
});
