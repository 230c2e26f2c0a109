import type { Metrics } from "./result.ts";

export interface Judgement {
  readonly state: "completed" | "saturated" | "invalid";
  readonly reason?: string;
  readonly notes: string[];
}

/** Above this the load process itself delays what it measures. */
const LOAD_BUSY = 0.7;
const LOAD_SATURATED = 0.95;
const SERVER_BUSY = 0.9;

const percent = (share: number) => `${Math.round(share * 100)} %`;

/**
 * Tells whose fault it is when a trial is not what it was meant to be: `invalid` when the load generator failed, so that the
 * figures say nothing about the wire; `saturated` when the server could not carry the load, which is a finding.
 */
export function judge(metrics: Metrics): Judgement {
  const notes: string[] = [];
  const { deliveryLatencyUs, sendLagUs, lost, expected, slowDisconnects, dropped } = metrics;
  const loads = metrics.processes.filter((one) => one.role === "load");
  const loadBusy = Math.max(0, ...loads.map((one) => one.loopUtilization));

  if (sendLagUs && deliveryLatencyUs) {
    const limitUs = Math.max(200, deliveryLatencyUs.p50 / 10);
    if (sendLagUs.p99 > limitUs) {
      notes.push(
        `the generator sent late: p99 of its lag is ${Math.round(sendLagUs.p99)} us, more than ${Math.round(limitUs)} us; ` +
          "lower --rate or close other programs",
      );
    }
  }
  if (loadBusy > LOAD_BUSY) {
    notes.push(`the load process was busy ${percent(loadBusy)} of the time; latencies may be partly its own`);
  }
  const failures = Object.entries(metrics.publishFailures).map(([code, count]) => `${count} ${code}`);
  if (failures.length > 0) notes.push(`publishes that failed: ${failures.join(", ")}`);
  if (metrics.duplicated > 0) notes.push(`${metrics.duplicated} deliveries came more than once`);
  if (metrics.reordered > 0) notes.push(`${metrics.reordered} deliveries came out of order`);
  if (slowDisconnects > 0)
    notes.push(`${slowDisconnects} subscribers were cut off because they did not read fast enough`);
  if (dropped > 0)
    notes.push(`the server dropped ${dropped} events for subscribers that did not read fast enough`);
  if (metrics.reconnects > 0) notes.push(`${metrics.reconnects} connections were lost and restored`);
  const receiptsLost = metrics.receiptsExpected - metrics.receiptsReceived;
  if (receiptsLost > 0)
    notes.push(`${receiptsLost} of ${metrics.receiptsExpected} read receipts did not come back`);

  const negative = [deliveryLatencyUs, metrics.publishLatencyUs, metrics.receiptLatencyUs].reduce(
    (sum, latency) => sum + (latency?.negative ?? 0),
    0,
  );
  if (negative > 0) {
    return {
      state: "invalid",
      reason: `${negative} latencies were negative: the clock can't be trusted here`,
      notes,
    };
  }
  const incomplete = lost > 0 || receiptsLost > 0;
  const serverBusy = metrics.serverLoopUtilization;
  const pushedBack = slowDisconnects + dropped + (metrics.publishFailures.timeout ?? 0) > 0;
  if (incomplete && (serverBusy > SERVER_BUSY || pushedBack) && loadBusy <= LOAD_SATURATED) {
    const carried = expected === 0 ? 0 : metrics.delivered / expected;
    const busy = `its event loop was busy ${percent(serverBusy)} of the time`;
    return {
      state: "saturated",
      reason: `the server carried ${percent(carried)} of the load; ${busy}`,
      notes,
    };
  }
  if (loadBusy > LOAD_SATURATED) {
    const reason = `the load process was saturated (busy ${percent(loadBusy)}); lower the load or raise --load-processes`;
    return { state: "invalid", reason, notes };
  }
  if (lost > 0) notes.push(`${lost} of ${expected} deliveries were lost`);
  return { state: "completed", notes };
}
