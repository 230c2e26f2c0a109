import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type Disturbable, hopeless } from "./hopeless.ts";

const QUIET = { otherCpus: 0, steal: 0 };
const STOLEN = { otherCpus: 0, steal: 0.3 };

/** Each word is a launch: a letter for each transport, `v` valid, `d` disturbed by the machine, `f` failed. */
function given(words: readonly string[], blocks = 4, scenarios = ["notify"]) {
  const transports = [...(words[0] ?? "")].map((_, index) => `t${index}`);
  const trials = words.flatMap((word, block) =>
    scenarios.flatMap((scenario) =>
      [...word].map((letter, index): Disturbable => {
        const state = letter === "v" ? "completed" : letter === "d" ? "invalid" : "failed";
        return {
          transport: `t${index}`,
          scenario,
          block,
          state,
          ...(letter === "f" ? {} : { metrics: { host: letter === "d" ? STOLEN : QUIET } }),
        };
      }),
    ),
  );
  const launches = {
    scenarios: scenarios.map((name) => ({ name, slices: 2, sliceSeconds: 0.5 })),
    leadInSeconds: 0.1,
    heartbeatSeconds: 1,
    silentShare: 0.02,
  };
  return hopeless({ transports, trials, blocks, launches });
}

describe("a run is given up", () => {
  test("when too few launches are left for any two transports, and the machine is to blame", () => {
    assert.equal(given(["ddd"]), undefined);
    assert.deepEqual(given(["ddd", "ddd"]), { after: 2, planned: 4, disturbed: 6, trials: 6 });
    assert.deepEqual(given(["ddv", "ddd"])?.disturbed, 5);
  });

  test("not while two transports may still be compared", () => {
    assert.equal(given(["dvv", "ddd"]), undefined);
    // They were valid, but never in the same launch.
    assert.deepEqual(given(["vdd", "dvd"])?.after, 2);
    assert.equal(given(["ddd", "ddd"], 5), undefined);
  });

  test("not when most trials failed, or were as they should be", () => {
    assert.equal(given(["fff", "fff"]), undefined);
    assert.equal(given(["ffd", "ffd"]), undefined);
  });

  test("not where nothing was to be ranked, nor after its last launch", () => {
    assert.equal(given(["ddd"], 2), undefined);
    assert.equal(given(["ddd", "ddd", "ddd", "ddd"]), undefined);
  });
});

test("a baseline and a transport that is named twice are no hope of a comparison; one transport alone has none to lose", () => {
  const names = ["ws", "ws#2", "sse", "bare"];
  const trials = [0, 1].flatMap((block) =>
    names.map((transport): Disturbable => {
      const isOut = transport === "ws" || transport === "sse";
      return {
        transport,
        scenario: "notify",
        block,
        state: isOut ? "invalid" : "completed",
        metrics: { host: isOut ? STOLEN : QUIET },
      };
    }),
  );
  const launches = {
    scenarios: [{ name: "notify", slices: 2, sliceSeconds: 0.5 }],
    leadInSeconds: 0.1,
    heartbeatSeconds: 1,
    silentShare: 0.02,
  };
  const run = { trials, blocks: 4, launches, transportFacts: { bare: { baseline: true } } };
  assert.equal(hopeless({ ...run, transports: names })?.after, 2);
  assert.equal(hopeless({ ...run, transports: ["ws", "ws#2", "bare"] }), undefined);
});
