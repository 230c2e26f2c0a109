import { expect, test } from "vitest";
import { planDifferences, plannedRunOf } from "./plan-differences.ts";
import { resultsOf } from "./results.test-fixture.ts";

const RUN = resultsOf({ blocks: 3 });
const differences = (other: typeof RUN) => planDifferences(plannedRunOf(RUN), plannedRunOf(other));
const [NOTIFY] = RUN.scenarios;
if (!NOTIFY) throw new Error("the fixture has no scenario");

test("a run of the same plan, at another time on another machine, differs in nothing", () => {
  const later = { ...RUN, startedAt: "2027-01-01T00:00:00.000Z", command: "again" };
  const environment = { ...RUN.environment, node: "v99.0.0" };
  expect(differences({ ...later, environment })).toEqual([]);
});

test("fewer blocks, and other transports beside common ones, are no difference in what both have", () => {
  expect(differences(resultsOf({ blocks: 2, transports: ["sse", "tcp"] }))).toEqual([]);
});

test("settings that differ are named with both values", () => {
  expect(differences({ ...RUN, seed: 7, preset: "rigorous", loadProcesses: 4 })).toEqual([
    "seed 42 in A, 7 in B",
    "preset standard in A, rigorous in B",
    "load processes 1 in A, 4 in B",
  ]);
  expect(differences({ ...RUN, loop: "closed", arrivals: { burstOf: 20 } })).toEqual([
    "loop open in A, closed in B",
    'arrivals - in A, {"burstOf":20} in B',
  ]);
});

test("parameters that differ are named with their scenario", () => {
  const params = { ...NOTIFY.params, duration: 10 };
  expect(differences({ ...RUN, scenarios: [{ ...NOTIFY, params }] })).toEqual([
    "notify: duration 60 in A, 10 in B",
  ]);
});

test("other plans under the same parameters are named by block", () => {
  const other = resultsOf({
    blocks: 3,
    trial: (trial) => (trial.block > 0 ? { ...trial, planHash: "other" } : trial),
  });
  expect(differences(other)).toEqual(["notify: the plans of blocks 2 and 3 have different hashes"]);
});

test("runs without a common transport or scenario have nothing to compare", () => {
  expect(differences(resultsOf({ transports: ["tcp"] }))).toEqual(["they have no transport in common"]);
  expect(differences(resultsOf({ scenarios: ["fan-out"] }))).toEqual(["they have no scenario in common"]);
});
