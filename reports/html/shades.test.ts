import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { MATRIX_METRICS } from "./matrix.ts";
import { SHADE_ENDS, type Shade, shadeOf, stepOf } from "./shades.ts";

/** WCAG 2 relative luminance. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((one, two) => one - two);
  return (high + 0.05) / (low + 0.05);
}

const styleOf = (name: string) => readFileSync(`reports/html/client/${name}.css`, "utf8");
const shadeSteps = [...SHADE_ENDS.keys(), SHADE_ENDS.length];

/** A colour of the style sheet in one of the themes. */
function colorIn(theme: "light" | "dark", name: string): string {
  const pair = styleOf("theme").match(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`);
  return pair?.[theme === "light" ? 1 : 2] ?? "";
}

test.each(["light", "dark"] as const)("text on every shade of the %s theme reaches contrast AA", (theme) => {
  const text = colorIn(theme, "text");
  expect(shadeSteps).toHaveLength(6);
  for (const step of shadeSteps)
    expect(contrast(colorIn(theme, `s${step}`), text)).toBeGreaterThanOrEqual(4.5);
});

test("the style sheet has a rule for each shade and for each panel of the switch", () => {
  const style = styleOf("matrix");
  for (const step of shadeSteps) expect(style).toContain(`.s${step} {`);
  for (const place of MATRIX_METRICS.keys())
    expect(style).toContain(`:nth-of-type(${place + 1}):checked ~ .panel:nth-of-type(${place + 1})`);
});

test.each([
  [1, 0],
  [1.1, 0],
  [1.11, 1],
  [2, 2],
  [10, 4],
  [10.1, 5],
])("a ratio of %d has shade %i", (ratio, step) => {
  expect(stepOf(ratio)).toBe(step);
});

function shades(factors: Record<string, number | readonly number[]>, blocks = 10): (Shade | undefined)[] {
  const results = resultsOf({
    transports: Object.keys(factors),
    blocks,
    trial: (trial) => {
      const factor = factors[trial.transport] ?? 1;
      if (factor === 0) return unwell(trial, "saturated", "carried 61 %");
      return {
        ...trial,
        metrics: metricsOf(typeof factor === "number" ? factor : (factor[trial.block] ?? 1)),
      };
    },
  });
  const [scenario] = summarize(results);
  return scenario ? scenario.cells.map((cell) => shadeOf(cell, "deliveryP50", scenario)) : [];
}

test("transports that are practically equal share the lower shade, though their ratios lie on two sides of a step", () => {
  expect(shades({ sse: 1, grpc: 1.07, mqtt: 1.2 }).map((one) => one?.step)).toEqual([0, 0, 1]);
  expect(shades({ sse: 1, grpc: 1.07, mqtt: 1.12 }).map((one) => one?.step)).toEqual([0, 0, 0]);
});

test("a transport that was indistinguishable from the best is undecided; under three blocks none is, since none has a verdict", () => {
  const noise = [1.3, 0.8, 1.1, 0.9, 1.05, 1.2, 0.75, 1.15, 0.95, 1.1];
  expect(shades({ sse: 0.9, grpc: noise }).map((one) => one?.undecided)).toEqual([true, true]);
  expect(shades({ sse: 1, grpc: 2 }).map((one) => one?.undecided)).toEqual([false, false]);
  expect(shades({ sse: 0.9, grpc: noise }, 2).map((one) => one?.undecided)).toEqual([false, false]);
});

test("a saturated transport has no shade", () => {
  expect(shades({ sse: 1, grpc: 0 })[1]).toBeUndefined();
});
