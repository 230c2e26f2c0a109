import { LabError } from "../../../core/errors.ts";
import { createRandom } from "../../../core/random.ts";
import { nowUs } from "../../measurement/clock.ts";
import { Pacer } from "../../measurement/pacer.ts";
import { medianOf } from "../../statistics/estimate.ts";
import { type Check, findingOf } from "../check.ts";

const FAST = 10_000;
const SLOW = 100;
const SECONDS = 2;
const ROUNDS = 3;
const LAG_US = 1_000;
const CPU_SHARE = 0.5;

export const pacing: Check = {
  name: "pacing",
  proves: "the pacer is on time at a high rate, and uses little CPU at a low one",
  target: `at ${FAST.toLocaleString("en-US")} random moments a second the lag's p99 is under 1 ms; at ${SLOW} a second it takes under half a core`,
  timed: true,
  run: async ({ seed, signal, report }) => {
    report("a pacer, with nothing to send");
    const pacer = await Pacer.start();
    try {
      const rounds = [];
      for (let round = 0; round < ROUNDS; round += 1)
        rounds.push(await pace(pacer, FAST, seed + round, signal));
      const slow = await pace(pacer, SLOW, seed, signal);
      const p99Us = medianOf(rounds.map((one) => one.p99Us));
      const p50Us = medianOf(rounds.map((one) => one.p50Us));
      return findingOf(
        p99Us < LAG_US && slow.cpuShare < CPU_SHARE,
        `p50 ${p50Us.toFixed(0)} us, p99 ${p99Us.toFixed(0)} us; ${(slow.cpuShare * 100).toFixed(0)} % of a core at ${SLOW}/s`,
        { p50LagUs: p50Us, p99LagUs: p99Us, slowP99LagUs: slow.p99Us, slowCpuShare: slow.cpuShare },
      );
    } finally {
      await pacer.stop(new LabError("closed", "the check is over"));
    }
  },
};

async function pace(pacer: Pacer, rate: number, seed: number, signal: AbortSignal) {
  const random = createRandom(seed);
  const lags = new Float64Array(rate * SECONDS);
  const beganUs = nowUs();
  const cpu = process.cpuUsage();
  let dueUs = beganUs + 10_000;
  for (let index = 0; index < lags.length; index += 1) {
    dueUs -= (Math.log(1 - random()) * 1_000_000) / rate;
    await pacer.waitUntil(dueUs);
    lags[index] = nowUs() - dueUs;
    signal.throwIfAborted();
  }
  const used = process.cpuUsage(cpu);
  const cpuShare = (used.user + used.system) / (nowUs() - beganUs);
  lags.sort();
  const quantile = (share: number) => lags[Math.ceil(share * lags.length) - 1] ?? Number.NaN;
  return { p50Us: quantile(0.5), p99Us: quantile(0.99), cpuShare };
}
