import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { compareRuns } from "../model/comparison.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { bare } from "./assets.test-fixture.ts";
import { forestPlot } from "./compare-forest.ts";
import { renderComparisonHtml } from "./compare-page.ts";

/** Of a figure in the plot's units, wide at that. */
const LETTER = 6.4;

function runOf(websocket: number, shape: Parameters<typeof resultsOf>[0] = {}): Results {
  return resultsOf({
    transports: ["websocket", "sse", "grpc"],
    blocks: 10,
    trial: (trial) => ({
      ...trial,
      metrics: metricsOf((trial.transport === "websocket" ? websocket : 2) * (1 + 0.004 * (trial.block % 4))),
    }),
    ...shape,
  });
}

const page = (a: Results, b: Results) => renderComparisonHtml(compareRuns(a, b), bare);
const figureOf = (text: string, title: string) =>
  (text.match(/<figure>[\s\S]*?<\/figure>/g) ?? []).find((one) => one.includes(`<h3>${title}</h3>`)) ?? "";
const between = (text: string, from: string, to: string) => text.slice(text.indexOf(from), text.indexOf(to));

test("first how many figures changed and which, then both runs, then every metric", () => {
  const text = page(runOf(1), runOf(1.5));
  expect(text).toMatch(/Of \d+ figures that both runs have, \d+ got worse and \d+ are practically equal\./);
  expect(text).toMatch(/<span class="worse">worse<\/span> websocket in notify: [^<]*1\.50x \(1\.50–1\.50\)/);
  const places = ["<h1>", "got worse", '<table class="runs">', 'id="scenario-1"', 'id="reading"'];
  const at = places.map((part) => text.indexOf(part));
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at).not.toContain(-1);
});

test("better or worse follows the metric: fewer microseconds, more deliveries", () => {
  expect(page(runOf(1.5), runOf(1))).toContain('<span class="better">better</span> websocket in notify: ');
  const text = page(runOf(1), runOf(1.5));
  expect(figureOf(text, "Delivery latency, p50")).toContain("left of 1 is better");
  expect(figureOf(text, "Deliveries, a second")).toContain("right of 1 is better");
});

test("the forest plot puts each effect where its axis says, with the margin around 1", () => {
  const figure = figureOf(page(runOf(1), runOf(2)), "Delivery latency, p50");
  const one = Number(figure.match(/class="one" d="M([\d.]+) 0/)?.[1]);
  const markers = [...figure.matchAll(/translate\(([\d.]+) [\d.]+\)/g)].map(([, x]) => Number(x) + 5.6);
  const tick = Number(figure.match(/<text x="([\d.]+)"[^>]*>2\.0x</)?.[1]);
  expect(markers).toHaveLength(3);
  expect(markers[0]).toBeCloseTo(tick, 0);
  expect(markers[1]).toBeCloseTo(one, 0);
  const [left = 0, right = 0] = (figure.match(/class="margin" d="M([\d.]+) 0H([\d.]+)/) ?? [])
    .slice(1)
    .map(Number);
  expect(one - left).toBeCloseTo(right - one, 0);
  // 5 % in logarithms is a fourteenth of a doubling.
  expect((right - one) / ((markers[0] ?? 0) - one)).toBeCloseTo(Math.log(1.05) / Math.log(2), 1);
  expect(figure).toContain("<details><summary>Figures of p50</summary>");
});

test("too few blocks are said, and a transport that did not complete stands with its state", () => {
  const few = { blocks: 2 };
  expect(page(runOf(1, few), runOf(1.5, few))).toMatch(
    /Nothing has a verdict: none of the \d+ figures rests on three blocks or launches that both runs have\./,
  );
  const failed = resultsOf({
    transports: ["websocket", "sse"],
    blocks: 10,
    trial: (trial) => (trial.transport === "sse" ? unwell(trial, "failed", "x") : trial),
  });
  expect(page(runOf(1), failed)).toContain("<li>sse: failed in B</li>");
});

test("what differs in plan and environment stands before the figures", () => {
  const b = runOf(1);
  const text = page(runOf(1), { ...b, seed: 7, environment: { ...b.environment, node: "v22.1.0" } });
  const head = between(text, "<h1>", 'id="scenario-1"');
  expect(head).toContain("<li>seed 42 in A, 7 in B</li>");
  expect(head).toContain("<li>environment: node v20.19.5 in A, v22.1.0 in B</li>");
});

test("an interval that leaves the picture ends in an arrow, within the axis", () => {
  const wild = (swing: number) =>
    resultsOf({
      transports: ["sse"],
      blocks: 3,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.block === 1 ? swing : 1) }),
    });
  const figure = figureOf(page(wild(1), wild(1e6)), "Delivery latency, p50");
  expect(figure).toMatch(/l5 4l-5 4"/);
  const [line = ""] = figure.match(/<path stroke="var\(--text\)"[^>]*>/) ?? [];
  const places = [...line.matchAll(/[MH](\d+(?:\.\d+)?)/g)].map(([, x]) => Number(x));
  expect(Math.max(...places)).toBeLessThanOrEqual(252);
  expect(Math.min(...places)).toBeGreaterThanOrEqual(104);
});

test("labels of the axis do not touch", () => {
  for (let ratio = 1.1; ratio < 2_000; ratio *= 1.07) {
    const rows = [1, ratio].map((effect) => ({
      transport: `x${effect}`,
      effect: { ratio: effect },
      word: "2.00x, inconclusive",
    }));
    const plot = forestPlot("", rows, [], 0.05)?.markup ?? "";
    const labels = [...plot.matchAll(/<text x="([\d.]+)"[^>]*text-anchor="middle">([^<]*)</g)];
    expect(labels.length).toBeGreaterThan(0);
    let free = Number.NEGATIVE_INFINITY;
    for (const [, x, text = ""] of labels) {
      const half = (text.length * LETTER) / 2;
      expect(Number(x) - half, `${ratio}: ${text}`).toBeGreaterThan(free);
      free = Number(x) + half;
    }
  }
});

test("nothing is asked of a network", () => {
  expect(page(runOf(1), runOf(1.5))).not.toMatch(/https?:|\ssrc=|<link|@import|url\(|document\.cookie/);
});
