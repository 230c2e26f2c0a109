import { setTimeout as sleep } from "node:timers/promises";
import type { Plan } from "../../scenarios/plan.ts";
import { nowUs } from "../measurement/clock.ts";
import { WARMUP_WINDOW_US } from "../measurement/recorder.ts";
import { type Drift, driftOf, STEADY_WINDOWS } from "../measurement/steadiness.ts";
import { mergeWindows, windowQuantile } from "../measurement/window-series.ts";
import { sleepUntil } from "./sleep-until.ts";
import type { TrialProcesses } from "./trial-processes.ts";

/** How a warm-up went. The drifts are undefined when it had too few windows to tell. */
export interface WarmUp {
  readonly seconds: number;
  readonly latency: Drift | undefined;
  readonly cpu: Drift | undefined;
}

const SETTLED_WITHIN_MS = 5_000;
const POLL_MS = 10;
const LEAD_US = 100_000;
/** What was received at the end of a window is through its callback by then. */
const AFTER_US = 30_000;

/**
 * Runs the plan's traffic unmeasured, until neither the median delivery latency nor the server's CPU per delivery drifts over the last
 * five windows of a second, or the plan's longest warm-up is over. Of an `external` server the CPU can't be seen, so the latency decides.
 */
export async function warmUp(processes: TrialProcesses, plan: Plan, external: boolean): Promise<WarmUp> {
  const capUs = plan.phases.warmupMs * 1_000;
  const epochUs = nowUs() + LEAD_US;
  await processes.askLoads({ kind: "start", phase: "warmup", epochUs }, "started");
  const windows = Math.floor(capUs / WARMUP_WINDOW_US);
  const medians: number[] = [];
  const costs: number[] = [];
  let latency: Drift | undefined;
  let cpu: Drift | undefined;
  // Under five windows no drift can be seen, so the processes are left alone.
  if (windows >= STEADY_WINDOWS) {
    await sleepUntil(epochUs, processes.over);
    let usedUs = await serverCpuUs(processes);
    for (let index = 0; index < windows; index += 1) {
      await sleepUntil(epochUs + (index + 1) * WARMUP_WINDOW_US + AFTER_US, processes.over);
      const nowUsedUs = await serverCpuUs(processes);
      const parts = await processes.askLoads({ kind: "window", index }, "window");
      const window = mergeWindows(parts.map((part) => part.window));
      medians.push(windowQuantile(window, 0.5) ?? 0);
      costs.push(external ? 1 : (nowUsedUs - usedUs) / Math.max(1, window.count));
      usedUs = nowUsedUs;
      latency = driftOf(medians);
      cpu = driftOf(costs);
      if (latency?.steady && cpu?.steady) break;
    }
  }
  if (!(latency?.steady && cpu?.steady)) await sleepUntil(epochUs + capUs, processes.over);
  await processes.askLoads({ kind: "halt" }, "halted");
  await settled(processes);
  return { seconds: (nowUs() - epochUs) / 1_000_000, latency, cpu };
}

/** What is still unanswered would be counted in the measured time. */
async function settled(processes: TrialProcesses): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const counts = await processes.askLoads({ kind: "count" }, "counted");
    if (counts.every(({ counted }) => counted.sendsSettled) || performance.now() > deadline) return;
    await sleep(POLL_MS);
  }
}

/** Settles when the moment, by the clock, has passed. */
async function serverCpuUs(processes: TrialProcesses): Promise<number> {
  const sample = await processes.sampleServer();
  return sample.process.cpuUserUs + sample.process.cpuSystemUs;
}
