import { expect, test } from "vitest";
import { lossyDocumentOf, pageOf } from "./documents.test-fixture.ts";
import { MATRIX_METRICS } from "./matrix.ts";
import { attribute, effectOf, redone, writtenLike } from "./redone.test-fixture.ts";

test.each([3, 5, 10])("effects of pairs are those of the trials they name, with %i blocks", (blocks) => {
  const results = lossyDocumentOf(blocks);
  const tables = [...pageOf(results).matchAll(/<details class="verdicts"[\s\S]*?<\/details>/g)];
  const entries = tables.flatMap(([table]) =>
    [...table.matchAll(/<tr data-pairs="([^"]*)">([\s\S]*?)<\/tr>/g)].flatMap(([, pairs = "", row = ""]) =>
      [...row.matchAll(/<td([^>]*)>([\d.,]+)x<small>([\d.,]+)–([\d.,]+)/g)].map(
        ([, cell = "", ratio = "", low = "", high = ""], column) => ({
          path: [...table.matchAll(/<th [^>]*data-path="([^"]*)"/g)][column]?.[1] ?? "",
          pairs: attribute(cell, "data-pairs") ?? pairs,
          shown: { low, value: ratio, high },
        }),
      ),
    ),
  );
  // The pairs of mqtt, which lost a block, need three.
  expect(entries.length).toBe(2 * 5 * (blocks === 3 ? 3 : 6));
  for (const { path, pairs, shown } of entries) {
    const { value } = effectOf(results, path, pairs);
    // By the model of all launches, which is the mean of the pair's own where both have them all.
    const complete = pairs.split(",").length === blocks;
    if (complete) expect(writtenLike(shown.value, "x", value)).toBe(shown.value);
    const [low, high] = [Number(shown.low), Number(shown.high)];
    expect(Math.sqrt(low * high) / Number(shown.value)).toBeCloseTo(1, 1);
    expect(low).toBeLessThanOrEqual(high);
  }
});

test("the first screen has the answer as a picture, and the ratios below it are those of the trials they name", () => {
  const results = lossyDocumentOf(10);
  const answer = pageOf(results).match(/<header id="answer">[\s\S]*?<\/header>/)?.[0] ?? "";
  expect([...answer.matchAll(/<figure class="answer-picture"/g)].length).toBe(1);
  expect([...answer.matchAll(/<svg /g)].length).toBeGreaterThanOrEqual(4);
  const cells = [...answer.matchAll(/<table class="answer-table">[\s\S]*?<\/table>/g)].flatMap(([table]) => {
    const paths = [...table.matchAll(/<th [^>]*data-path="([^"]*)"/g)].map(([, path = ""]) => path);
    return [...table.matchAll(/<tr><th scope="row">[\s\S]*?<\/tr>/g)].flatMap(([row]) =>
      [...row.matchAll(/<td([^>]*)>([\s\S]*?)<\/td>/g)].flatMap(([, cell = "", text = ""], column) => {
        const ratio = /^([\d.,]+)x \(/.exec(text)?.[1];
        return ratio === undefined
          ? []
          : { path: paths[column] ?? "", pairs: attribute(cell, "data-pairs") ?? "", ratio };
      }),
    );
  });
  // Three transports against the best, by latency and CPU, in two scenarios.
  expect(cells.length).toBe(12);
  for (const { path, pairs, ratio } of cells)
    if (pairs.split(",").length === 10)
      expect(writtenLike(ratio, "x", effectOf(results, path, pairs).value)).toBe(ratio);
});

test("ratios and ranks of the matrix follow from its own figures and from the pairs", () => {
  const results = lossyDocumentOf(10);
  const overview = pageOf(results).match(/<section id="overview">[\s\S]*?<\/section>/)?.[0] ?? "";
  const panels = overview.split('<div class="panel"').slice(1);
  let checked = 0;
  for (const panel of panels) {
    const path = attribute(panel.match(/<table[^>]*>/)?.[0] ?? "", "data-path") ?? "";
    const rows = [...panel.matchAll(/<tr><th scope="row">[\s\S]*?<\/tr>/g)].map(([row]) =>
      [...row.matchAll(/<td([^>]*)>([\s\S]*?)<\/td>/g)].map(([, cell = "", text = ""]) => ({
        value: redone(results, {
          path,
          trials: attribute(cell, "data-trials") ?? "",
          rule: attribute(cell, "data-rule") ?? "",
        }),
        ratio: text.match(/class="ratio">([\d.]+)x</)?.[1] ?? "",
      })),
    );
    for (const column of [0, 1]) {
      const figures = rows.map((row) => row[column] ?? { value: Number.NaN, ratio: "" });
      const lowest = Math.min(...figures.map(({ value }) => value));
      for (const { value, ratio } of figures) {
        expect(writtenLike(ratio, "x", value / lowest)).toBe(ratio);
        checked += 1;
      }
    }
  }
  expect(checked).toBe(MATRIX_METRICS.length * 2 * 4);
});
