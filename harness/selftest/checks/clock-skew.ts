import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { LabError } from "../../../core/errors.ts";
import { builtModule } from "../../../transports/engines/built-module.ts";
import { probeClock } from "../../measurement/clock-offset.ts";
import { type Check, findingOf } from "../check.ts";

const SKEW_US = 5_000;
const SMALL_US = 1_000;

export const clockSkew: Check = {
  name: "clock-skew",
  proves: "the offset of another clock is recovered within the bound it states, as those of agents are",
  target: "+5 ms: off by no more than its bound, the bound < 1 ms",
  timed: true,
  run: async ({ signal }) => {
    const peer = new Worker(builtModule("harness/selftest/skewed-clock-thread"), { workerData: SKEW_US });
    try {
      const [port] = await once(peer, "message", { signal });
      if (typeof port !== "number") throw new LabError("internal", "the other clock reported no port");
      const { offsetUs, boundUs } = await probeClock({ host: "127.0.0.1", port }, signal);
      const offUs = Math.abs(offsetUs - SKEW_US);
      return findingOf(
        offUs <= boundUs && boundUs < SMALL_US,
        `${(offsetUs / 1_000).toFixed(3)} ms, bound ${(boundUs / 1_000).toFixed(3)} ms`,
        { skewUs: SKEW_US, offsetUs, boundUs },
      );
    } finally {
      await peer.terminate();
    }
  },
};
