import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import { findTransport } from "../../transports/registry.ts";
import type { Results } from "../result/result.ts";
import { run } from "../run/run.ts";
import { asKnownToItsBuild } from "../run/transports.ts";
import { inBuild } from "./other-build.ts";

const build = { root: resolve("."), version: "0.0.7" };

test("a transport of another build has a name of its own in the run, and its own there", () => {
  const ref = inBuild({ name: "websocket" }, build);
  assert.deepEqual(ref, { name: "websocket@0.0.7", build: build.root });
  assert.deepEqual(asKnownToItsBuild(ref), { name: "websocket" });
  assert.deepEqual(asKnownToItsBuild({ name: "a@b" }), { name: "a@b" });
});

test("two builds and the control are measured in the same launch, and each has its own place in the results", {
  tags: ["full"],
}, async () => {
  const transport = findTransport("websocket");
  const control = findTransport("tcp");
  const scenario = scenarios.find(({ name }) => name === "fan-out");
  assert.ok(transport && control && scenario);
  const params = { connections: 5, rate: 80, payload: 64, duration: 0.5, warmup: 0 };
  let ofBuild: Results | undefined;
  const results = await run(
    {
      transports: [transport],
      scenarios: [{ ...scenario, params, plan: (seed) => scenario.plan(params, seed) }],
      ...{ blocks: 1, interleave: true, seed: 1, loadProcesses: 1, against: build, control },
      ...{ preset: "quick", loop: "open", arrivals: null, command: "notif-lab bench" },
    },
    {
      onResults: async () => undefined,
      onProgress: () => undefined,
      onAgainst: async (current) => {
        ofBuild = current;
      },
    },
    new AbortController().signal,
  );
  assert.ok(ofBuild?.finishedAt && results.finishedAt);
  assert.equal(ofBuild.environment.notifLab, "0.0.7");
  for (const { trials } of [results, ofBuild]) {
    assert.deepEqual(
      trials.map((trial) => [trial.transport, trial.state]),
      [["websocket", "completed"]],
    );
  }
  assert.deepEqual(
    results.control?.trials.map((trial) => [trial.transport, trial.scenario, trial.state]),
    [["tcp", "fan-out", "completed"]],
  );
  assert.equal(ofBuild.control, undefined);
  const checksums = [results, ofBuild].map(({ trials }) => trials[0]?.metrics?.sendsChecksum);
  assert.equal(checksums[0], checksums[1]);
  assert.notDeepEqual(
    results.trials[0]?.metrics?.deliveryLatencyUs,
    ofBuild.trials[0]?.metrics?.deliveryLatencyUs,
  );
});
