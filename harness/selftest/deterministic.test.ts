import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import { checks } from "./registry.ts";

const plans = scenarios.map(({ plan }) =>
  plan({ connections: 20, rate: 200, payload: 64, duration: 1, warmup: 1 }, 1),
);

describe("checks of the lab with one known answer", () => {
  for (const check of checks.filter(({ timed }) => !timed)) {
    // What it simulates `npm test` does by launch-simulation.test.ts, in less.
    const tags = check.name === "statistics" ? ["full"] : [];
    test(`${check.name}: ${check.proves}`, { timeout: 60_000, tags }, async () => {
      const finding = await check.run({
        seed: 1,
        plans,
        plan: { transports: [], scenarios: [], launches: 1, loadProcesses: 1 },
        runs: 1,
        signal: new AbortController().signal,
        report: () => undefined,
      });
      assert.equal(finding.verdict, "pass", JSON.stringify(finding));
    });
  }
});
