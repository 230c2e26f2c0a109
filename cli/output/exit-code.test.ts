import assert from "node:assert/strict";
import { test } from "vitest";
import { ONE_PROCESS } from "../../harness/run/unmeasured.ts";
import { resultsOf, unwell } from "../../reports/model/results.test-fixture.ts";
import { exitCodeOf } from "./exit-code.ts";

const ended = (state: "failed" | "skipped" | "saturated", reason: string) =>
  exitCodeOf(
    resultsOf({
      transports: ["sse", "grpc"],
      trial: (one) => (one.transport === "sse" ? one : unwell(one, state, reason)),
    }),
  );

test("a script notices what failed or is not installed, and not what can't be measured anywhere", () => {
  assert.equal(ended("failed", "no server"), 1);
  assert.equal(ended("skipped", "mosquitto is not installed"), 1);
  assert.equal(ended("skipped", ONE_PROCESS), 0);
  assert.equal(ended("saturated", "carried 61 % of the load"), 0);
  assert.equal(exitCodeOf(resultsOf()), 0);
  const { finishedAt: _, ...interrupted } = resultsOf();
  assert.equal(exitCodeOf(interrupted), 130);
});
