import { describe, expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderComparisonHtml } from "../html/compare-page.ts";
import { renderTrendHtml } from "../html/trend-page.ts";
import { compareRuns } from "../model/comparison.ts";
import { HOSTILE, hostileResults, oddResults } from "../model/hostile.test-fixture.ts";
import { metricsOf, resultsOf } from "../model/results.test-fixture.ts";
import { trendOf } from "../model/trend.ts";
import { renderComparison } from "../terminal/comparison-text.ts";
import { renderTerminal } from "../terminal/terminal.ts";
import { renderTrend } from "../terminal/trend-text.ts";
import { renderComparisonMarkdown } from "./comparison-markdown.ts";
import { formats } from "./registry.ts";

const terminal = { color: false, unicode: true, width: 80 };

const RULES = {
  thresholds: [
    {
      subject: { transport: "*", scenario: "*", path: "deliveryLatencyUs.p50" },
      operator: "<" as const,
      limit: 2_000,
    },
  ],
  allowances: [],
};

/** Everything that can be made of a results file, by name. */
const RENDERERS: readonly (readonly [string, (results: Results) => string])[] = [
  ...(await Promise.all(
    formats.map(async ({ name, renderer }) => {
      const render = await renderer();
      return [name, (one: Results) => render(one, bare, RULES)] as const;
    }),
  )),
  ["terminal", (one) => renderTerminal(one, terminal)],
  ["comparison text", (one) => renderComparison(compareRuns(one, laterThan(one)), terminal)],
  ["comparison md", (one) => renderComparisonMarkdown(compareRuns(one, laterThan(one)))],
  ["comparison html", (one) => renderComparisonHtml(compareRuns(one, laterThan(one)), bare)],
  ["trend text", (one) => renderTrend(trendOf([laterThan(one), one]), terminal)],
  ["trend html", (one) => renderTrendHtml(trendOf([laterThan(one), one]), bare)],
];

/** The same run a year later, its CPU a tenth up. */
function laterThan(results: Results): Results {
  return {
    ...results,
    startedAt: results.startedAt.replace("2026", "2027"),
    trials: results.trials.map((trial) => {
      const cpu = trial.metrics?.serverCpuUsPerDelivery;
      if (!trial.metrics || cpu === undefined) return trial;
      return { ...trial, metrics: { ...trial.metrics, serverCpuUsPerDelivery: cpu * 1.1 } };
    }),
  };
}

/** What matches, with some of the text around it. */
function whereIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(({ index }) => text.slice(Math.max(0, index - 60), index + 60));
}

/** A copy that shares nothing, so that nothing remembered of the first answers for it. */
function afresh(results: Results): Results {
  return JSON.parse(JSON.stringify(results));
}

/** Of so many odd documents `npm test` renders one in each format, in other formats other ones; the full set all. */
const ODD_SHARE = 3;

describe.each(RENDERERS.map(([name, render], turn) => [name, render, turn] as const))(
  "%s",
  (name, render, turn) => {
    test("the same results give the same bytes, and others give others", () => {
      const results = resultsOf({ transports: ["sse", "grpc"], blocks: 4 });
      expect(render(afresh(results))).toBe(render(afresh(results)));
      const other = resultsOf({
        transports: ["sse", "grpc"],
        blocks: 4,
        trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "sse" ? 4 : 1) }),
      });
      expect(render(other)).not.toBe(render(results));
    });

    test.runIf(name.includes("html"))("what its links and marks point to is on the page", () => {
      const text = render(resultsOf({ blocks: 2 }));
      const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
      const pointed = [...text.matchAll(/href="#([^"?]+)"/g)].map(([, id]) => id ?? "");
      expect(ids.size).toBeGreaterThan(0);
      expect(pointed.filter((id) => !ids.has(id))).toEqual([]);
    });

    test("hostile strings stay text", () => {
      const text = render(hostileResults());
      expect(text).not.toBe("");
      if (name === "json") expect(JSON.parse(text).command).toBe(HOSTILE);
      else {
        const shown = text.replace(/(?<=<script type="application\/json"[^>]*>).*(?=<\/script>)/g, "");
        // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
        const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/g;
        expect(whereIn(shown, controls)).toEqual([]);
        if (name.includes("html") || name === "junit")
          expect(whereIn(shown, /<img|<script>alert|]]>/g)).toEqual([]);
      }
    });

    for (const [index, [what, results]] of Object.entries(oddResults()).entries()) {
      const tags = (index + turn) % ODD_SHARE === 0 ? [] : ["full"];
      test(`${what}: rendered whole, without a broken number`, { tags }, () => {
        const text = render(results);
        expect(text).toMatch(/\n$/);
        // A page's scripts have their own words for such things.
        const shown = text.replace(/<script>[\s\S]*?<\/script>/g, "");
        expect(whereIn(shown, /NaN|Infinity|undefined|\[object/g)).toEqual([]);
      });
    }
  },
);
