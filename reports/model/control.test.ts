import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { renderComparisonMarkdown } from "../formats/comparison-markdown.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderComparisonHtml } from "../html/compare-page.ts";
import { renderTrendHtml } from "../html/trend-page.ts";
import { controlText } from "../prose/control-words.ts";
import { renderComparison } from "../terminal/comparison-text.ts";
import { renderTrend } from "../terminal/trend-text.ts";
import { compareRuns } from "./comparison.ts";
import { excused, regressions } from "./regressions.ts";
import { metricsOf, resultsOf, unwell } from "./results.test-fixture.ts";
import { summarize } from "./summary.ts";
import { trendOf } from "./trend.ts";

const LAUNCHES = 8;
const PLAIN = { color: false, unicode: true, width: 80 };
const subject = { transport: "sse", scenario: "notify", path: "deliveryLatencyUs.p50" };

interface Machine {
  /** How slow it is: a factor of every time. */
  readonly pace: number;
  readonly sse?: number;
  readonly day?: number;
}

/** A run of sse with the control beside it, on a machine that a launch finds in one mood or another. */
function runOf({ pace, sse = 2, day = 1 }: Machine): Results {
  const mood = (block: number) => pace * (1 + 0.03 * ((block * 3 + day) % 4));
  const results = resultsOf({
    blocks: LAUNCHES,
    transports: ["sse"],
    trial: (trial) => ({ ...trial, metrics: metricsOf(sse * mood(trial.block)) }),
  });
  const trials = results.trials.map((trial) => ({
    ...trial,
    transport: "tcp",
    metrics: metricsOf(mood(trial.block) * (1 + 0.002 * (trial.block % 3))),
  }));
  return { ...results, startedAt: `2026-02-0${day}T04:05:06.000Z`, control: { transport: "tcp", trials } };
}

const sseIn = (a: Results, b: Results) =>
  compareRuns(a, b).scenarios[0]?.transports[0]?.metrics.find(({ metric }) => metric === "deliveryP50");

test("a machine that became slower changes a figure, and not the figure in units of the control", () => {
  const [a, b] = [runOf({ pace: 1 }), runOf({ pace: 1.3, day: 2 })];
  const compared = sseIn(a, b);
  expect(compared).toMatchObject({ verdict: "different", change: "worse" });
  expect(compared?.byControl).toMatchObject({
    verdict: "practically equal",
    effect: { ratio: expect.closeTo(1, 2), blocks: LAUNCHES },
    a: { value: expect.closeTo(2, 1) },
  });
  const { control } = compareRuns(a, b);
  expect(control?.figures.map(({ metric, verdict }) => [metric, verdict])).toEqual([
    ["deliveryP50", "different"],
    ["cpu", "different"],
  ]);
  expect(control && controlText(control)).toMatch(
    /^The control, tcp, moved from A to B: notify p50 1\.3\dx \(1\.\d\d–1\.\d\d\), CPU 1\.3\dx.* rely on the figures in units of tcp\.$/,
  );
});

test("a transport that became slower is slower in units of the control too", () => {
  const compared = compareRuns(runOf({ pace: 1 }), runOf({ pace: 1, sse: 2.6, day: 5 }));
  const p50 = compared.scenarios[0]?.transports[0]?.metrics.find(({ metric }) => metric === "deliveryP50");
  expect(p50?.byControl).toMatchObject({ verdict: "different", change: "worse" });
  expect(p50?.byControl?.effect?.ratio).toBeCloseTo(1.3, 2);
  expect(compared.control && controlText(compared.control)).toMatch(/is the same in A and B, within 5 %/);
});

test("bytes are the same on any machine, and have no units", () => {
  const [a, b] = [runOf({ pace: 1 }), runOf({ pace: 1.3 })];
  const scaled = compareRuns(a, b).scenarios[0]?.transports[0]?.metrics.filter(({ byControl }) => byControl);
  const keys = scaled?.map(({ metric }) => metric);
  expect(keys).toContain("cpu");
  expect(keys).not.toContain("bytes");
  expect(keys).not.toContain("rss");
});

test("the control is no transport of the run: it has no cell and no rank", () => {
  const [summary] = summarize(runOf({ pace: 1 }));
  expect(summary?.cells.map(({ transport }) => transport)).toEqual(["sse"]);
});

test("a launch without the control has no units, and a control that failed compares nothing", () => {
  const [a, b] = [runOf({ pace: 1 }), runOf({ pace: 1, day: 2 })];
  const trials = b.control?.trials ?? [];
  const lame = trials.map((one) => (one.block < 2 ? unwell(one, "failed", "no server") : one));
  expect(sseIn(a, { ...b, control: { transport: "tcp", trials: lame } })?.byControl?.effect?.blocks).toBe(
    LAUNCHES - 2,
  );
  const dead = trials.map((one) => unwell(one, "failed", "no server"));
  const compared = compareRuns(a, { ...b, control: { transport: "tcp", trials: dead } });
  expect(compared).not.toHaveProperty("control");
  expect(compared.scenarios[0]?.transports[0]?.metrics.some(({ byControl }) => byControl)).toBe(false);
});

test("a control that only one run has is noted", () => {
  const { control: _, ...old } = runOf({ pace: 1 });
  const compared = compareRuns(old, runOf({ pace: 1 }));
  expect(compared).not.toHaveProperty("control");
  expect(compared.notes).toContain("A has no control transport, so figures can't be compared in its units");
  expect(compareRuns(old, old).notes.join()).not.toMatch(/control/);
});

test("what became worse only with the machine fails no build; what became worse beside the control does", () => {
  const before = runOf({ pace: 1 });
  const allowance = { subject, limit: 0.1 };
  expect(regressions([allowance], before, runOf({ pace: 1.3, day: 2 }))).toEqual([]);
  expect(excused([allowance], before, runOf({ pace: 1.3, day: 2 }))).toEqual([
    expect.stringMatching(
      /^not counted, since in units of tcp, which changed too, it is within the limit: .*worse.*in units of tcp 1\.00x/,
    ),
  ]);
  expect(excused([allowance], before, runOf({ pace: 1.3, sse: 2.6, day: 2 }))).toEqual([]);
  expect(regressions([allowance], before, runOf({ pace: 1.3, sse: 2.6, day: 2 }))).toEqual([
    expect.stringMatching(/is 69 % worse.*; in units of tcp 1\.\d\dx \(1\.\d\d–1\.\d\d\)\)/),
  ]);
  const { control: _, ...without } = runOf({ pace: 1.3, day: 2 });
  expect(regressions([allowance], before, without)).toHaveLength(1);
});

test("every report of a comparison says both, and whether the control moved", () => {
  const [a, b] = [runOf({ pace: 1 }), runOf({ pace: 1.3, day: 2 })];
  const compared = compareRuns(a, b);
  const text = renderComparison(compared, PLAIN);
  expect(text).toMatch(/^ {2}p50 .* worse\n {3}in tcp .* equal$/m);
  expect(text).toContain("! The control, tcp, moved from A to B");
  expect(text.split("\n").every((line) => line.length <= 80)).toBe(true);
  const markdown = renderComparisonMarkdown(compared);
  expect(markdown).toMatch(/\| sse \| p50 .*\*\*worse\*\* \| 1.*x .*equal \|/);
  expect(markdown).toContain("The control, tcp, moved");
  const page = renderComparisonHtml(compared, bare);
  expect(page).toContain("The control, tcp, moved");
  expect(page).toContain('<th scope="col" class="n">in tcp, B/A (95 %)</th>');
  const trend = trendOf([a, b]);
  expect(renderTrend(trend, PLAIN)).toMatch(/^ {2}sse .* worse.*\n {3}in tcp .* equal$/m);
  expect(renderTrend(trend, PLAIN)).toContain("moved from the first run to the last");
  expect(renderTrendHtml(trend, bare)).toContain("moved from the first run to the last");
});
