import { performance } from "node:perf_hooks";
import { nowUs } from "../measurement/clock.ts";

/** How busy a process was while the deliveries of one publish came in, over all bursts. */
export interface BurstTotals {
  /** From the first delivery of each burst to its last. */
  readonly us: number;
  readonly busyUs: number;
}

/** Fewer deliveries of one publish are no burst. */
const LEAST_DELIVERIES = 8;

interface Moment {
  readonly us: number;
  /** Since the process began, without work for its event loop. */
  readonly idleUs: number;
}

/** Looks at the event loop at each delivery of a traced publish: what it was idle between the first and the last, it could have done more. */
export class Bursts {
  readonly #now: () => Moment;
  #key = Number.NaN;
  #deliveries = 0;
  #first: Moment = { us: 0, idleUs: 0 };
  #last: Moment = this.#first;
  #us = 0;
  #busyUs = 0;

  constructor(spunUs: () => number, now?: () => Moment) {
    this.#now = now ?? (() => ({ us: nowUs(), idleUs: performance.nodeTiming.idleTime * 1_000 + spunUs() }));
  }

  delivered(key: number): void {
    const moment = this.#now();
    if (key !== this.#key) {
      this.#end();
      this.#key = key;
      this.#first = moment;
    }
    this.#deliveries += 1;
    this.#last = moment;
  }

  /** Since the last time. */
  take(): BurstTotals {
    this.#end();
    const taken = { us: this.#us, busyUs: this.#busyUs };
    this.#us = 0;
    this.#busyUs = 0;
    return taken;
  }

  #end(): void {
    if (this.#deliveries >= LEAST_DELIVERIES) {
      const us = this.#last.us - this.#first.us;
      this.#us += us;
      this.#busyUs += Math.max(0, Math.min(us, us - (this.#last.idleUs - this.#first.idleUs)));
    }
    this.#key = Number.NaN;
    this.#deliveries = 0;
  }
}

/** The share of bursts in which the process was busy; undefined where there were none. */
export function burstUtilization({ us, busyUs }: BurstTotals): number | undefined {
  return us > 0 ? Math.min(1, busyUs / us) : undefined;
}
