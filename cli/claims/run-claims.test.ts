import assert from "node:assert/strict";
import { test } from "vitest";
import { claims } from "../../claims/registry.ts";
import { usage } from "../process/failure.ts";
import type { KeptRuns } from "./kept-runs.ts";
import { type ClaimsEvents, runClaims } from "./run-claims.ts";

const some = claims.filter(({ id }) => id === "seed-bandwidth" || id === "seed-http2");

const events: ClaimsEvents = {
  onGroup: () => undefined,
  onProgress: () => undefined,
  onResults: async () => undefined,
  onDocument: async () => undefined,
};

const failures: unknown[] = [];

/** The verdicts of a run whose experiments all fail as they begin. */
function failing(reason: Error) {
  const kept: KeptRuns = {
    trials: () => undefined,
    results: () => undefined,
    unfinished: () => {
      throw reason;
    },
    put: () => undefined,
  };
  return runClaims(
    {
      claims: some,
      told: some,
      mode: "quick",
      lacking: () => undefined,
      kept,
      command: "a test",
      again: false,
    },
    { ...events, onFailed: (_, error) => void failures.push(error) },
    new AbortController().signal,
  );
}

test("an experiment that fails leaves its claims open, with the reason, and the others as they are", async () => {
  const { findings } = await failing(new Error("a process did not start"));
  assert.deepEqual(
    findings.map(({ id, verdict }) => [id, verdict]),
    [
      ["seed-bandwidth", "can't be told"],
      ["seed-http2", "holds under these conditions"],
    ],
  );
  assert.match(findings[0]?.because ?? "", /No figure: its experiment failed: a process did not start\./);
  assert.ok(failures.length > 0);
});

test("what the user has to mend ends the run", async () => {
  await assert.rejects(failing(usage("no such thing")), /no such thing/);
});
