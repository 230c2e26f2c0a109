import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { decide } from "../../reports/decision/arithmetic.ts";
import { settingsOf } from "../../reports/decision/fragment.ts";
import { type DecisionInput, defaultSettings } from "../../reports/decision/input.ts";
import { answerText, orderOf } from "../../reports/decision/words.ts";
import { metricsOf, resultsOf, SIX_TRANSPORTS } from "../../reports/model/results.test-fixture.ts";
import { skipped, useBrowser } from "./open.test-fixture.ts";

/*
 * What the tests rely on: a section#decide with one input[type=range] a weight; what follows from the weights is text of the
 * section, its answer in an element with aria-live; the settings are in the address.
 */

/** Ten blocks, in which the transports that deliver soonest take the most memory and send the most bytes. */
function trade() {
  return resultsOf({
    blocks: 10,
    trial: (trial) => {
      const place = SIX_TRANSPORTS.indexOf(trial.transport);
      const metrics = metricsOf(1 + place * 0.5);
      const dear = 1 + (SIX_TRANSPORTS.length - place) * 0.5;
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

  test("every slider changes the address, and what follows from the weights changes too", {
    tags: ["full"],
  }, async () => {
    const { page, complaints } = await reader.visit(url);
    const section = page.locator("section#decide");
    const count = await section.locator("input[type=range]").count();
    const outcomes = new Set([await section.innerText()]);
    const addresses = new Set([await addressOf(page)]);
    expect(await section.locator("[aria-live]").first().innerText()).not.toBe("");
    for (let index = 0; index < count; index += 1) {
      await press(page, index, "End");
      outcomes.add(await section.innerText());
      addresses.add(await addressOf(page));
      await press(page, index, "Home");
    }
    expect(count).toBeGreaterThan(2);
    expect(addresses.size).toBe(count + 1);
    expect(outcomes.size).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  test("the page decides as the terminal does: the same answer and the same order", async () => {
    const { page } = await reader.visit(url);
    await press(page, 0, "End");
    await page.locator("#decide input[name=need]").last().check();
    await expect.poll(() => addressOf(page)).toContain("need=");
    const input: DecisionInput = JSON.parse((await page.locator("#decision-input").textContent()) ?? "");
    const found = settingsOf(input, new URL(await addressOf(page)).hash);
    const decision = decide(input, found?.settings ?? defaultSettings(input));
    expect(decision.excluded).not.toEqual([]);
    expect(await page.locator(".decide-answer").innerText()).toBe(answerText(input, decision));
    const names = await page.locator(".decide-ranking tbody .decide-name").allInnerTexts();
    expect(names).toEqual(orderOf(input, decision).map((transport) => input.transports[transport]));
  });

  for (const chosen of ["first", "last"] as const)
    test(`an address in which the ${chosen} weight stands alone shows others the same`, {
      tags: chosen === "first" ? ["full"] : [],
    }, async () => {
      const { page, complaints } = await reader.visit(url);
      const section = page.locator("section#decide");
      const count = await section.locator("input[type=range]").count();
      expect(count).toBeGreaterThan(2);
      const atFirst = await section.innerText();
      const alone = chosen === "first" ? 0 : count - 1;
      for (let index = 0; index < count; index += 1)
        await press(page, index, index === alone ? "End" : "Home");
      const address = await addressOf(page);
      const left = await section.innerText();
      expect(left).not.toBe(atFirst);
      const other = await reader.visit(address);
      const theirs = () => other.page.locator("section#decide").innerText();
      await expect.poll(theirs, { message: address }).toBe(left);
      const values =
        "Array.from(document.querySelectorAll('#decide input[type=range]'), ({ value }) => value)";
      expect(await other.page.evaluate(values)).toEqual(await page.evaluate(values));
      expect([...complaints, ...other.complaints]).toEqual([]);
    });

  test("an address that someone has broken does no harm", async () => {
    const broken = "#decide?w=latency:9e99,__proto__:3&need=<img src=x onerror=alert(1)>&s=%E0%A4%A";
    const { page, complaints, requests } = await reader.visit(url + broken);
    expect(await page.locator("#decide [aria-live]").first().innerText()).not.toBe("");
    expect(await page.locator("#decide img").count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
  });
});

function addressOf(page: Page): Promise<string> {
  return page.evaluate<string>("location.href");
}

/** Presses a key on a slider and waits for the address to follow. */
async function press(page: Page, index: number, key: "Home" | "End"): Promise<void> {
  const before = await addressOf(page);
  await page.locator("#decide input[type=range]").nth(index).focus();
  await page.keyboard.press(key);
  await expect.poll(() => addressOf(page)).not.toBe(before);
}
