import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderTrendHtml } from "../html/trend-page.ts";
import { renderTrend } from "../terminal/trend-text.ts";
import { metricsOf, resultsOf } from "./results.test-fixture.ts";
import { trendOf } from "./trend.ts";

const options = { color: false, unicode: true, width: 80 };

/** A run of that day with websocket's times by this factor, ten blocks with a little noise. */
function runOf(day: number, factor: number, shape: Parameters<typeof resultsOf>[0] = {}): Results {
  const results = resultsOf({
    transports: ["websocket", "sse"],
    blocks: 10,
    trial: (trial) => ({
      ...trial,
      metrics: metricsOf((trial.transport === "sse" ? 2 : factor) * (1 + 0.004 * ((trial.block + day) % 4))),
    }),
    ...shape,
  });
  return { ...results, startedAt: `2026-02-0${day}T04:05:06.000Z` };
}

const lineOf = (runs: readonly Results[], transport: string) =>
  trendOf(runs)
    .scenarios[0]?.metrics.find(({ metric }) => metric === "deliveryP50")
    ?.lines.find((one) => one.transport === transport);

test("runs stand in the order they began, and the last is tested against the first", () => {
  const runs = [runOf(3, 1.5), runOf(1, 1), runOf(2, 1.2)];
  expect(trendOf(runs).runs.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual([
    "2026-02-01",
    "2026-02-02",
    "2026-02-03",
  ]);
  const websocket = lineOf(runs, "websocket");
  const values = websocket?.figures.map((one) => (one.kind === "observed" ? one.value : 0)) ?? [];
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(websocket?.sinceFirst).toMatchObject({ verdict: "different", change: "worse" });
  expect(websocket?.sinceFirst?.effect?.ratio).toBeCloseTo(1.5, 2);
  expect(lineOf(runs, "sse")?.sinceFirst).toMatchObject({ verdict: "practically equal" });
});

test("a transport that a run has not is a gap there, not a zero", () => {
  const line = lineOf([runOf(1, 1), runOf(2, 1, { transports: ["sse"] }), runOf(3, 1)], "websocket");
  expect(line?.figures.map(({ kind }) => kind)).toEqual(["observed", "absent", "observed"]);
});

test("what is not as in the run before stands with the run", () => {
  const later = runOf(2, 1);
  const moved = { ...later, environment: { ...later.environment, node: "v22.1.0", loadAverageBefore: 9 } };
  const { runs } = trendOf([runOf(1, 1), moved, { ...runOf(3, 1), seed: 7 }]);
  expect(runs.map(({ changes }) => changes)).toEqual([
    [],
    ["node v20.19.5, now v22.1.0"],
    ["seed 42, now 7", "node v22.1.0, now v20.19.5"],
  ]);
});

test("as text: a line a transport in 80 columns, first, last, effect, verdict and a spark line", () => {
  const text = renderTrend(trendOf([runOf(1, 1), runOf(2, 1.2), runOf(3, 1.5)]), options);
  expect(text).toMatch(/^ {2}websocket +1\.01 ms +1\.51 ms +1\.50x \(1\.\d\d–1\.\d\d\) +worse {2}▁▄█$/m);
  expect(text).toMatch(/^ {2}sse .* equal {2}▁▁▁$/m);
  expect(text).not.toMatch(/^lost$/m);
  expect(text.split("\n").every((line) => line.length <= 80)).toBe(true);
  const ascii = renderTrend(trendOf([runOf(1, 1), runOf(2, 1)]), { ...options, unicode: false });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
  expect(ascii).toMatch(/^[\u0000-\u007f]*$/);
});

test("data that is written as JSON reads back the same", () => {
  const trend = trendOf([runOf(1, 1), runOf(2, 1.2)]);
  expect(JSON.parse(JSON.stringify(trend))).toEqual(trend);
});

test("the page has a picture for every metric with a table behind it, and asks nothing of a network", () => {
  const page = renderTrendHtml(trendOf([runOf(1, 1), runOf(2, 1.2), runOf(3, 1.5)]), {
    ...bare,
    sha256: () => "x",
  });
  const figures = page.match(/<figure>[\s\S]*?<\/figure>/g) ?? [];
  expect(figures.length).toBeGreaterThanOrEqual(6);
  for (const figure of figures) {
    expect(figure).toMatch(/<svg class="plot-svg" viewBox="[^"]+" role="img" aria-label="[^"]+"/);
    expect(figure).toContain("<details><summary>Figures of every run</summary>");
    // Two transports, three runs: a marker each.
    expect(figure.match(/<g transform="translate/g)).toHaveLength(6);
  }
  expect(page).toContain('<span class="worse">worse</span> websocket in notify: ');
  expect(page).toContain("script-src &#39;sha256-x&#39;");
  expect(page).not.toMatch(/https?:|\ssrc=|<link|@import|url\(/);
});

test("a gap breaks the line", () => {
  const runs = [runOf(1, 1), runOf(2, 1, { transports: ["sse"] }), runOf(3, 1), runOf(4, 1)];
  const [figure = ""] = renderTrendHtml(trendOf(runs), bare).match(/<figure>[\s\S]*?<\/figure>/) ?? [];
  const paths = [...figure.matchAll(/stroke-dasharray="" d="([^"]+)"/g)].map(([, d = ""]) =>
    d.replace(/[^ML]/g, ""),
  );
  expect(paths).toEqual(["MML", "MLLL"]);
});
