import assert from "node:assert/strict";
import { test } from "vitest";
import type { Plan } from "../../scenarios/plan.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { findTransport } from "../../transports/registry.ts";
import { type RunOptions, run } from "./run.ts";

const WHY = "the program is not installed here; install it";

/** A transport whose program is not there, whatever machine this is. */
function notHere(): TransportEntry {
  const found = findTransport("tcp");
  assert.ok(found);
  return { ...found, missing: async () => WHY };
}

const plan = (seed: number): Plan => ({
  version: 1,
  scenario: "one",
  seed,
  loop: "open",
  groups: [{ name: "user", users: 4, follows: ["own"], marksRead: false }],
  traffic: [
    {
      from: "user",
      to: { randomUserOf: "user" },
      arrivals: "constant",
      ratePerSecond: 40,
      payloadCharacters: 64,
    },
  ],
  phases: { connectsPerSecond: 1_000, warmupMs: 100, settleMs: 100, measureMs: 500, drainTimeoutMs: 1_000 },
});

test.each([true, false])(
  "what is not installed is not measured, with the reason, and has not failed (in launches: %s)",
  async (interleave) => {
    const options: RunOptions = {
      ...{ transports: [notHere()], scenarios: [{ name: "one", summary: "four users", params: {}, plan }] },
      ...{ blocks: 2, interleave, seed: 5, loadProcesses: 1, arrivals: null, command: "a test" },
      preset: "quick",
      loop: "open",
      conformanceOnly: true,
      cache: { read: async () => "passed", write: async () => undefined },
    };
    const events = { onResults: async () => undefined, onProgress: () => undefined };
    const { trials } = await run(options, events, new AbortController().signal);
    assert.deepEqual(
      trials.map(({ state, reason }) => [state, reason]),
      [
        ["skipped", WHY],
        ["skipped", WHY],
      ],
    );
  },
);
