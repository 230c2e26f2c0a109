import { expect, test } from "vitest";
import type { Metrics, Results } from "../../harness/result/result.ts";
import { renderMarkdown } from "../formats/markdown.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderHtml } from "../html/page.ts";
import { latencyOf, metricsOf, resultsOf } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { renderTerminal } from "../terminal/terminal.ts";
import { browserCaveat, pageSentence, queueSentence, withoutPage } from "./browser.ts";

const PUBLISHES = 100;

function besideOf(pageUs: number, nodeUs: number): NonNullable<Metrics["browser"]> {
  return {
    connections: 2,
    publishes: PUBLISHES,
    delivered: 2 * PUBLISHES,
    lost: 0,
    nodeLost: 0,
    deliveryLatencyUs: latencyOf(pageUs, PUBLISHES),
    nodeDeliveryLatencyUs: latencyOf(nodeUs, PUBLISHES),
    clockBoundUs: 150,
  };
}

/** websocket's page is 1 ms behind, sse's 2.5 ms; grpc has none. */
function withPages(): Results {
  const figures: Readonly<Record<string, NonNullable<Metrics["browser"]>>> = {
    websocket: besideOf(2_000, 1_000),
    sse: besideOf(4_000, 1_500),
  };
  const results = resultsOf({
    transports: ["websocket", "sse", "grpc"],
    trial: (trial) => {
      const browser = figures[trial.transport];
      return { ...trial, metrics: { ...metricsOf(1), ...(browser ? { browser } : {}) } };
    },
  });
  return {
    ...results,
    browser: {
      product: "Chromium 147.0",
      connections: 2,
      notMeasured: [{ transport: "grpc", reason: "it has no client for pages; grpc:web has" }],
    },
  };
}

test("a sentence tells how much later a page has the median than Node.js, of the least and of the most", () => {
  const [scenario] = summarize(withPages());
  expect(pageSentence(scenario?.cells ?? [])).toBe(
    "The page gets the median notification 1.00 ms later (2.00 ms on websocket, 1.00 ms in Node.js beside it) to 2.50 ms later (4.00 ms on sse, 1.50 ms in Node.js beside it).",
  );
});

test("what is off and what was shared is said, and where there was no page", () => {
  const results = withPages();
  expect(browserCaveat(results)).toContain("2 clients in a page of Chromium 147.0");
  expect(browserCaveat(results)).toContain("off from the lab's by 150 µs at most");
  expect(withoutPage(results)).toEqual([
    "Not measured in a page: grpc: it has no client for pages; grpc:web has.",
  ]);
});

test("page, Markdown and terminal show it, and say nothing of it in a run without", () => {
  const results = withPages();
  const terminal = { color: false, unicode: true, width: 80 };
  const shown = [renderHtml(results, bare), renderMarkdown(results), renderTerminal(results, terminal)];
  for (const text of shown) expect(text).toMatch(/2\.50\s+ms\s+later/);
  expect(shown[0]).toContain('<section id="browser">');
  const without = resultsOf({ transports: ["websocket", "sse"] });
  for (const text of [renderHtml(without, bare), renderMarkdown(without), renderTerminal(without, terminal)])
    expect(text).not.toMatch(/<section id="browser">|in a page of/i);
});

test("a browser that never started is said to have measured nothing, and why", () => {
  const results: Results = {
    ...resultsOf({ transports: ["websocket"] }),
    browser: { connections: 1, notMeasured: [{ reason: "/x does not start: it is no program" }] },
  };
  expect(browserCaveat(results)).toBe(
    "1 client in a page of a browser should have run beside the load, but nothing was measured.",
  );
  expect(withoutPage(results)).toEqual([
    "Not measured in a page: everything: /x does not start: it is no program.",
  ]);
});

test("a load that fell behind beside a browser is named, and one that was not carried is left out with the reason", () => {
  const results = withPages();
  const [scenario] = summarize(results);
  expect(queueSentence(scenario?.cells ?? [])).toBeUndefined();
  const late: Results = {
    ...results,
    trials: results.trials.map((trial) => {
      if (trial.transport === "websocket" && trial.metrics)
        return { ...trial, metrics: { ...trial.metrics, browser: besideOf(61_000, 60_000) } };
      return trial.transport === "sse" ? { ...trial, state: "saturated", reason: "too much" } : trial;
    }),
  };
  const [later] = summarize(late);
  expect(queueSentence(later?.cells ?? [])).toMatch(/the load of websocket fell behind/);
  expect(pageSentence(later?.cells ?? [])).not.toContain("sse");
  expect(withoutPage(late)).toContainEqual(
    expect.stringMatching(/notify, sse: the transport did not carry the load/),
  );
});
