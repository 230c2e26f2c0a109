import { expect, test } from "vitest";
import { pageOf, real } from "./documents.test-fixture.ts";
import { ofTrial } from "./redone.test-fixture.ts";

test("what the decision weighs stands in the results, block by block", () => {
  const results = real;
  const input = JSON.parse(pageOf(results).match(/id="decision-input">(.*)<\/script>/)?.[1] ?? "");
  let checked = 0;
  for (const { scenario, path, values } of input.figures)
    for (const [transport, value] of values.entries()) {
      if (value === null || path.includes("*")) continue;
      const place = results.trials.findLastIndex(
        (one) =>
          one.scenario === input.scenarios[scenario] &&
          one.transport === input.transports[transport] &&
          one.metrics !== undefined,
      );
      const redone = ofTrial(results, String(place), path);
      expect(Math.abs(value - redone)).toBeLessThanOrEqual(1e-4 * redone);
      checked += 1;
    }
  expect(checked).toBeGreaterThan(50);
});
