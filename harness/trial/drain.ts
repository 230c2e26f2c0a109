import { setTimeout as sleep } from "node:timers/promises";
import type { TrialProcesses } from "./trial-processes.ts";

const POLL_MS = 20;

/** How far all load processes are together. */
export interface Progress {
  readonly sendsSettled: boolean;
  /** Deliveries and receipts that the publishes made so far must bring, and those that came. */
  readonly due: number;
  readonly arrived: number;
  readonly deliveriesDue: number;
  readonly deliveriesArrived: number;
}

export async function progressOf(processes: TrialProcesses): Promise<Progress> {
  const counts = (await processes.askLoads({ kind: "count" }, "counted")).map((one) => one.counted);
  const total = (pick: (count: (typeof counts)[number]) => number) =>
    counts.reduce((sum, one) => sum + pick(one), 0);
  const deliveriesDue = total((count) => count.expected);
  const deliveriesArrived = total((count) => count.delivered);
  return {
    sendsSettled: counts.every((one) => one.sendsSettled),
    due: deliveriesDue + total((count) => count.receiptsExpected),
    arrived: deliveriesArrived + total((count) => count.receiptsReceived),
    deliveriesDue,
    deliveriesArrived,
  };
}

/** Waits until every publish is answered and everything expected has come, or until nothing has for the whole time-out. */
export async function drain(processes: TrialProcesses, timeoutMs: number): Promise<void> {
  let deadline = performance.now() + timeoutMs;
  let best = -1;
  for (;;) {
    const { sendsSettled, due, arrived } = await progressOf(processes);
    if (sendsSettled && arrived >= due) return;
    if (arrived > best) {
      best = arrived;
      deadline = performance.now() + timeoutMs;
    }
    if (performance.now() > deadline) return;
    await sleep(POLL_MS);
  }
}
