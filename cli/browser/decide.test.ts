import { beforeAll, describe, expect, test } from "vitest";
import { metricsOf, resultsOf, SIX_WIRES } from "../../reports/results.test-fixture.ts";
import { skipped, useBrowser } from "./open.test-fixture.ts";

/*
 * What the tests rely on: a section#decide with one input[type=range] a weight; what follows from the weights is text of the
 * section, its answer in an element with aria-live; the settings are in the address.
 */

/** Ten blocks, in which the wires that deliver soonest take the most memory and send the most bytes. */
function trade() {
  return resultsOf({
    blocks: 10,
    trial: (trial) => {
      const place = SIX_WIRES.indexOf(trial.transport);
      const metrics = metricsOf(1 + place * 0.5);
      const dear = 1 + (SIX_WIRES.length - place) * 0.5;
      return {
        ...trial,
        metrics: {
          ...metrics,
          serverRssBytes: Math.round(90_000_000 * dear),
          tcpBytesOutPerDelivery: 300 * dear,
        },
      };
    },
  });
}

describe.skipIf(skipped)(`the decision section${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();
  let url = "";
  beforeAll(() => {
    url = reader.write(trade());
  });

  test("a slider changes the ranking and the address, and the address brings the ranking back", async ({
    skip,
  }) => {
    const { page, complaints } = await reader.visit(url);
    const section = page.locator("section#decide");
    skip((await section.count()) === 0, "the page has no section#decide");
    const sliders = section.locator("input[type=range]");
    const answer = section.locator("[aria-live]").first();
    const outcomes = new Set([await section.innerText()]);
    expect(await answer.innerText()).not.toBe("");
    const address = () => page.evaluate<string>("location.href");
    const addresses = new Set([await address()]);
    /** Presses a key on a slider and waits for the address to follow. */
    const press = async (index: number, key: "Home" | "End") => {
      const before = await address();
      await sliders.nth(index).focus();
      await page.keyboard.press(key);
      await expect.poll(address, { timeout: 3_000 }).not.toBe(before);
    };
    const count = await sliders.count();
    for (let index = 0; index < count; index += 1) {
      await press(index, "End");
      outcomes.add(await section.innerText());
      addresses.add(await address());
      await press(index, "Home");
    }
    expect(count).toBeGreaterThan(2);
    expect(addresses.size).toBe(count + 1);
    expect(outcomes.size).toBeGreaterThan(1);

    // The last, of what may have no figure in this run, and then the first: whatever the weights, others see the same.
    for (const index of [count - 1, 0]) {
      await press(index, "End");
      const left = await section.innerText();
      const other = await reader.visit(await address());
      const theirs = () => other.page.locator("section#decide").innerText();
      await expect.poll(theirs, { timeout: 3_000, message: await address() }).toBe(left);
      const values =
        "Array.from(document.querySelectorAll('#decide input[type=range]'), ({ value }) => value)";
      expect(await other.page.evaluate(values)).toEqual(await page.evaluate(values));
      expect([...complaints, ...other.complaints]).toEqual([]);
      await press(index, "Home");
    }
  });

  test("an address that someone has broken does no harm", async ({ skip }) => {
    const broken = "#decide?w=latency:9e99,__proto__:3&need=<img src=x onerror=alert(1)>&s=%E0%A4%A";
    const { page, complaints, requests } = await reader.visit(url + broken);
    skip((await page.locator("section#decide").count()) === 0, "the page has no section#decide");
    expect(await page.locator("#decide [aria-live]").first().innerText()).not.toBe("");
    expect(await page.locator("#decide img").count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
  });
});
