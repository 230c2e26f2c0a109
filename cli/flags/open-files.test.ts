import assert from "node:assert/strict";
import { test } from "vitest";
import { planBench } from "./bench-plan.ts";
import { assertFilesSuffice } from "./open-files.ts";

const cases: [what: string, flags: Parameters<typeof planBench>[0], files: number][] = [
  ["one socket a client", { transports: "websocket", scenarios: "idle" }, 5_200],
  ["two on SSE, which is the most of these", { transports: "websocket,sse", scenarios: "idle" }, 10_200],
  ["both ends in a relay", { transports: "websocket", scenarios: "idle", link: "4g" }, 10_200],
  ["over TLS as in the clear", { transports: "long-polling:tls", scenarios: "idle" }, 10_200],
];

test.each(cases)("%s: so many open files are enough, one fewer is refused", (_, flags, files) => {
  const plan = planBench({ ...flags, connections: "5000" });
  assertFilesSuffice(plan, files);
  assertFilesSuffice(plan, null);
  assert.throws(() => assertFilesSuffice(plan, files - 1), {
    message: new RegExp(`^5000 connections on .* need ${files} open files .*ulimit -n ${files}" first$`),
  });
});

test("scenarios in slices share the processes of a launch, and in one piece they don't", () => {
  const flags = { transports: "websocket", scenarios: "notify,fan-out", connections: "5000" };
  assert.throws(() => assertFilesSuffice(planBench(flags), 10_199), {
    message:
      /^10000 connections .*ulimit -n 10200" first, or measure one scenario at a time \(--no-interleave\)$/,
  });
  assertFilesSuffice(planBench({ ...flags, interleave: false }), 5_200);
});
