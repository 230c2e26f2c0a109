import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { breakdownOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { built } from "./assets.test-fixture.ts";
import { count, dataOf, pageOf } from "./documents.test-fixture.ts";
import { renderHtml } from "./page.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");
const HOSTILE = `</script><script>alert(1)</script><!--<script></style><img src=x onerror="alert(1)">"'&\u0000\u202e\n<b>`;

const scriptsOf = (page: string) =>
  [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text ?? "");

/** Every string of the document that a results file can carry, replaced. */
function hostileResults(): Results {
  const results = resultsOf({
    transports: [HOSTILE, `websocket:${HOSTILE}`, "sse"],
    scenarios: [HOSTILE],
    blocks: 2,
    trial: (trial) => ({
      ...(trial.block === 1 && trial.transport !== "sse" ? unwell(trial, "failed", HOSTILE) : trial),
      notes: [HOSTILE],
      planHash: HOSTILE,
    }),
  });
  return {
    ...results,
    command: HOSTILE,
    anatomies: [
      { ...breakdownOf("sse", 400), scenario: HOSTILE },
      { transport: HOSTILE, scenario: HOSTILE, absent: HOSTILE },
    ],
    scenarios: [{ name: HOSTILE, summary: HOSTILE, params: { [HOSTILE]: 1 } }],
    environment: {
      ...results.environment,
      ...{ notifLab: HOSTILE, node: HOSTILE, v8: HOSTILE, platform: HOSTILE, kernel: HOSTILE, arch: HOSTILE },
      ...{ cpuModel: HOSTILE, clock: HOSTILE, packages: { [HOSTILE]: HOSTILE } },
    },
  };
}

test("hostile strings stay text, everywhere", () => {
  const page = pageOf(hostileResults());
  expect(count(page, "<script")).toBe(3);
  expect(count(page, "</script")).toBe(3);
  for (const markup of ["<img", "<b>", "<!--", "\u0000", "\u202e", 'onerror="']) {
    const outsideData = page.replace(dataOf(page), "");
    expect(outsideData).not.toContain(markup);
  }
  expect(count(page, "</style")).toBe(1);
  expect(count(page, "&#60;img src=x onerror=&#34;")).toBeGreaterThan(30);
});

test("the embedded data is JSON that can't end its script, and reads back as it was", () => {
  const data = dataOf(pageOf(hostileResults()));
  expect(data).not.toContain("<");
  expect(JSON.parse(data)[0].data.datasets[0].label).toBe(HOSTILE);
});

test("an end tag in a string can't leave the script, and still means the same", () => {
  const script = 'globalThis.a = "</script><!--"; globalThis.b = /<\\/script/.source;';
  const [embedded = ""] = scriptsOf(renderHtml(resultsOf(), { client: () => ({ script, style: "" }) }));
  const context: { a?: string; b?: string } = {};
  runInNewContext(embedded.replaceAll("globalThis", "this"), context);
  expect(context.a).toBe("</script><!--");
});

test("the policy allows nothing but the page's own script", () => {
  const page = renderHtml(resultsOf(), { ...built, sha256 });
  const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)?.[1]?.replaceAll("&#39;", "'");
  const hashes = scriptsOf(page).map((text) => `'sha256-${sha256(text)}'`);
  expect(hashes).toHaveLength(1);
  expect(policy).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes.join(" ")}; base-uri 'none'; form-action 'none'`,
  );
});

test("the page asks nothing of a network", () => {
  const page = pageOf(resultsOf({ scenarios: ["notify", "fan-out"], blocks: 3 }));
  expect(page).not.toMatch(/https?:|\ssrc=|<link/);
  for (const kind of ["report", "sheet"] as const) {
    const { script, style } = built.client(kind);
    expect(style).not.toMatch(/@import|url\(|<\/style/);
    expect(script).not.toMatch(
      /\bfetch\(|XMLHttpRequest|WebSocket|document\.cookie|localStorage|sourceMappingURL/,
    );
  }
});

test("the script is sound JavaScript", () => {
  for (const text of scriptsOf(renderHtml(resultsOf(), built)))
    expect(() => new Function(text)).not.toThrow();
});
