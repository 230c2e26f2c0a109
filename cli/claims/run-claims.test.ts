import assert from "node:assert/strict";
import { afterEach, describe, test, vi } from "vitest";
import { claimsSchema } from "../../claims/document.ts";
import { claims } from "../../claims/registry.ts";
import { renderClaimsMarkdown } from "../../reports/claims/markdown.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { usage } from "../process/failure.ts";
import { againSince, leftText } from "./going-on.ts";
import { NOTHING_KEPT } from "./nothing-kept.test-fixture.ts";
import { type ClaimsEvents, type ClaimsOutcome, type ClaimsRun, runClaims } from "./run-claims.ts";

const some = claims.filter(({ id }) => id === "seed-bandwidth" || id === "seed-http2");

const events: ClaimsEvents = {
  onGroup: () => undefined,
  onProgress: () => undefined,
  onResults: async () => undefined,
  onDocument: async () => undefined,
};

const failures: unknown[] = [];

const spec: ClaimsRun = {
  claims: some,
  told: some,
  mode: "quick",
  named: true,
  lacking: () => undefined,
  kept: NOTHING_KEPT,
  command: "a test",
};

/** The verdicts of a run whose experiments all fail as they begin. */
function failing(reason: Error, change: Partial<ClaimsRun> = {}) {
  const unfinished = () => {
    throw reason;
  };
  return runClaims(
    { ...spec, kept: { ...NOTHING_KEPT, unfinished }, ...change },
    { ...events, onFailed: (_, error) => void failures.push(error) },
    new AbortController().signal,
  );
}

afterEach(() => vi.restoreAllMocks());

test("an experiment that fails leaves its claims open, with the reason, and the others as they are", async () => {
  const { document, left } = await failing(new Error("a process did not start"));
  assert.deepEqual(
    document.findings.map(({ id, verdict }) => [id, verdict]),
    [
      ["seed-bandwidth", "can't be told"],
      ["seed-http2", "holds under these conditions"],
    ],
  );
  assert.match(
    document.findings[0]?.because ?? "",
    /No figure: its experiment failed: a process did not start\./,
  );
  assert.ok(failures.length > 0);
  // To run it again would fail again.
  assert.equal(left, 0);
});

test("what the user has to mend ends the run", async () => {
  await assert.rejects(failing(usage("no such thing")), /no such thing/);
});

describe("what was not run says why, and how much is left", () => {
  const because = ({ document }: ClaimsOutcome, id: string) =>
    document.findings.find((one) => one.id === id)?.because ?? "";
  const since = "2026-02-03T04:05:06.000Z";

  test("where the run was interrupted", async () => {
    const stopped = await runClaims({ ...spec, since }, events, AbortSignal.abort());
    assert.deepEqual([stopped.left, stopped.groups], [1, 1]);
    assert.match(
      because(stopped, "seed-bandwidth"),
      /the run was interrupted before .* the same command goes on/,
    );
    assert.equal(stopped.document.againSince, since);
    assert.match(
      leftText(stopped, "a test") ?? "",
      /^1 of 1 group of experiments is left \(about \d+ s\); to go on: a test$/,
    );
  });

  test("where the time was over", async () => {
    vi.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValue(600_000);
    const late = await runClaims(spec, events, new AbortController().signal);
    assert.equal(late.left, 1);
    assert.match(because(late, "seed-bandwidth"), /no time was left for its experiment; the same command/);
  });

  test("where the command did not ask for it", async () => {
    const claims = some.filter(({ id }) => id === "seed-http2");
    const other = await runClaims({ ...spec, claims, since }, events, new AbortController().signal);
    assert.equal(other.left, 0);
    assert.match(
      because(other, "seed-bandwidth"),
      /this version has not finished its experiment on this machine; `notif-lab claims run seed-bandwidth --quick` does/,
    );
    assert.equal(leftText(other, "a test"), undefined);
    assert.equal(other.document.againSince, undefined);
  });
});

test("--again goes on where the same command was left, and any other begins", () => {
  const now = new Date("2026-02-04T00:00:00.000Z");
  const left = { command: "claims run --all --again", againSince: "2026-02-03T04:05:06.000Z" };
  assert.equal(againSince(left, left.command, now), left.againSince);
  assert.equal(againSince(left, "claims run seed-rest --again", now), now.toISOString());
  assert.equal(againSince({ command: left.command }, left.command, now), now.toISOString());
});

test("a finding says by which commands its figures were measured, and when", async () => {
  const results = (experiment: string, transports: readonly string[]) => ({
    ...resultsOf({ transports, scenarios: [experiment], blocks: 3 }),
    command: "an earlier one",
  });
  const kept = {
    ...NOTHING_KEPT,
    results,
    trials: (...words: [string, readonly string[]]) => results(...words).trials,
  };
  const { document } = await runClaims({ ...spec, kept }, events, new AbortController().signal);
  assert.deepEqual(document.findings[0]?.measured, [
    { command: "an earlier one", from: "2026-02-03T04:05:06.000Z", to: "2026-02-03T04:15:06.000Z" },
  ]);
  assert.equal(document.findings[1]?.measured, undefined);
  const markdown = renderClaimsMarkdown(claimsSchema.parse(document));
  assert.match(markdown, /a test, and earlier commands/);
  assert.match(markdown, /Measured 2026-02-03 04:05 to 04:15 UTC by an earlier one\./);
});
