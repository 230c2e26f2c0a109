import { expect, test } from "vitest";
import { metricsOf, resultsOf } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { decide } from "./arithmetic.ts";
import { decisionInput } from "./gather-input.ts";
import { defaultSettings } from "./input.ts";
import { answerText, placeTexts } from "./words.ts";

test("where some comparisons are open the best score is one observed: no share of draws, and no place without a question mark", () => {
  const noise = [1.3, 0.8, 1.1, 0.9, 1.05, 1.2, 0.7, 1.15, 0.95, 1.02];
  const results = resultsOf({
    transports: ["sse", "grpc"],
    blocks: 10,
    trial: (trial) => ({
      ...trial,
      metrics: {
        ...metricsOf(trial.transport === "sse" ? 1 : 2),
        serverCpuUsPerDelivery: 50 * (noise[trial.transport === "sse" ? trial.block : 9 - trial.block] ?? 1),
      },
    }),
  });
  const found = decisionInput(results, summarize(results));
  const decision = decide(found, defaultSettings(found));
  expect(decision.pairs.openAtTop).toBe(1);
  expect(answerText(found, decision)).toMatch(
    /^sse has the best score observed, [\d.]+x ahead of grpc, but 1 of the comparisons behind that is inconclusive\.$/,
  );
  expect(decision.ranked.map((one) => placeTexts(found, decision, one))).toEqual([
    { rank: "1?", weightings: "–", resamples: "–" },
    { rank: "2?", weightings: "–", resamples: "–" },
  ]);
});
