import type { Check } from "./check.ts";
import { aaPlan } from "./checks/aa-plan.ts";
import { accounting } from "./checks/accounting.ts";
import { breakdown } from "./checks/breakdown.ts";
import { bytes } from "./checks/bytes.ts";
import { clientDelay } from "./checks/client-delay.ts";
import { clockSkew } from "./checks/clock-skew.ts";
import { connectionMemory } from "./checks/connection-memory.ts";
import { cpuBurn } from "./checks/cpu-burn.ts";
import { delay } from "./checks/delay.ts";
import { growth } from "./checks/growth.ts";
import { histogram } from "./checks/histogram.ts";
import { launchStatistics } from "./checks/launch-statistics.ts";
import { loopDelay } from "./checks/loop-delay.ts";
import { overload } from "./checks/overload.ts";
import { pacing } from "./checks/pacing.ts";
import { realAa } from "./checks/real-aa.ts";
import { recorderCost } from "./checks/recorder-cost.ts";
import { relayDelay } from "./checks/relay-delay.ts";
import { resultSize } from "./checks/result-size.ts";
import { scheduleCheck } from "./checks/schedule.ts";
import { slices } from "./checks/slices.ts";
import { stall } from "./checks/stall.ts";
import { aaResampled, coverage, drift } from "./checks/statistics.ts";

/** Every check of the lab itself: those with one answer first, then those against the clock, the longest last. */
export const checks: readonly Check[] = [
  aaResampled,
  drift,
  coverage,
  launchStatistics,
  histogram,
  scheduleCheck,
  resultSize,
  recorderCost,
  clockSkew,
  accounting,
  pacing,
  delay,
  relayDelay,
  clientDelay,
  cpuBurn,
  connectionMemory,
  growth,
  loopDelay,
  overload,
  bytes,
  breakdown,
  stall,
  realAa,
  slices,
  aaPlan,
];
