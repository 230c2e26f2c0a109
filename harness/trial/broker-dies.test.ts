import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "vitest";
import { MOSQUITTO } from "../../transports/engines/programs.ts";
import { canRun } from "../engines/balanced.test-fixture.ts";
import { childrenOf } from "../measurement/other-process.ts";
import { feedPlan } from "../selftest/trials.ts";
import { runOne, specOf } from "./one-trial.test-fixture.ts";

test.runIf(canRun(MOSQUITTO))("a trial whose broker dies ends at once, and says why", async () => {
  const plan = feedPlan({ seed: 5, ratePerSecond: 40, measureMs: 60_000, subscribers: 4, warmupMs: 100 });
  const { state, reason } = await runOne({
    ...specOf(plan, { name: "mqtt:mosquitto" }),
    hooks: {
      onMeasure: async (serverPid) => {
        const broker = childrenOf(serverPid).find((pid) => commandOf(pid).includes("mosquitto"));
        process.kill(broker ?? Number.NaN, "SIGKILL");
      },
    },
  });
  assert.equal(state, "failed");
  assert.match(reason ?? "", /^the mqtt:mosquitto server .*mosquitto was ended by SIGKILL/);
});

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8");
