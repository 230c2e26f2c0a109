import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { type Results, resultsSchema } from "../../harness/result/result.ts";
import { fewScenarios, sampleResults, skipped, useBrowser } from "./open.test-fixture.ts";

const ATTACK = `"'></script></style><script>alert("ran")</script><img src="https://attack.invalid/x" onerror="alert('ran')">`;
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
  // Of journeys; what their bytes say as text is escaped by journey-section.test.ts.
  ...["step", "client", "direction", "spans", "bytes", "masks"],
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

  for (const of of [fewScenarios, sampleResults])
    test(`runs nothing, loads nothing and stays readable${of === sampleResults ? ", of all scenarios" : ""}`, {
      tags: of === sampleResults ? ["full"] : [],
    }, async () => {
      const results = attacked(of());
      const { page, complaints, requests } = await reader.visit(reader.write(results));
      await page.evaluate("look.unfold()");
      expect(await page.locator("h1").innerText()).not.toBe("");
      expect(await page.locator("body").innerText()).toContain('<script>alert("ran")</script>');
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.evaluate("look.sideways()")).toBe(0);
      expect(complaints).toEqual([]);
      expect(requests).toHaveLength(1);
    });

  test("could not load or run anything even if a text came into the page unescaped: the page's own policy", async () => {
    const { page, complaints } = await reader.visit(reader.write(fewScenarios()));
    const attacker = await listenForRequests();
    const markup = `<img src="${attacker.url}img" onerror="alert('ran')"><iframe src="${attacker.url}frame"></iframe>
      <a href="javascript:alert('ran')" id="lure">x</a><form action="${attacker.url}form"><button id="send">y</button></form>`;
    await page.evaluate(`document.body.insertAdjacentHTML("afterbegin", ${JSON.stringify(markup)})`);
    await page.evaluate(`fetch("${attacker.url}fetch").catch(() => undefined)`);
    await page.evaluate("document.getElementById('lure').click()");
    await page.evaluate("document.getElementById('send').click()");
    for (const directive of ["img-src", "frame-src", "script-src", "connect-src", "form-action"])
      await expect.poll(() => complaints.join("\n")).toContain(directive);
    await attacker.close();
    expect(attacker.asked).toEqual([]);
    expect(complaints.filter((text) => !/Content Security Policy/.test(text))).toEqual([]);
  });
});

/** A server that nothing in a report may reach, and what it was asked for. */
async function listenForRequests() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/`, asked, close };
}
