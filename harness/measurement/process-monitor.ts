import {
  constants,
  type IntervalHistogram,
  monitorEventLoopDelay,
  PerformanceObserver,
  performance,
} from "node:perf_hooks";

/** What a process has used since it began, and how its event loop fared since the sample before; two samples make a measurement. */
export interface ProcessSample {
  /** Only CPU time and resident memory are known: all else is 0. */
  readonly isScant?: true;
  readonly cpuUserUs: number;
  readonly cpuSystemUs: number;
  readonly loopActiveMs: number;
  readonly loopIdleMs: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  /** Since the process began. */
  readonly gcPauses: number;
  readonly gcPausedUs: number;
  /** Since the sample before. */
  readonly gcLongestUs: number;
  /** How late a timer fired, since the sample before: the event loop was doing something else. */
  readonly loopDelayP99Us: number;
  readonly loopDelayMaxUs: number;
}

const RESOLUTION_MS = 20;

/** Watches this process from its construction on. */
export interface Monitor {
  /** `rest`: its timer wakes the process no more, until the next sample that does not say so. */
  sample(rest?: boolean): ProcessSample;
  /** The same beside the samples: none of them begins or ends with it. */
  peek(): ProcessSample;
  /** What is on its way is lost. */
  stop(): void;
}

export class ProcessMonitor implements Monitor {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #collections = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      this.#collected(entry.duration * 1_000, "detail" in entry ? entry.detail : undefined);
  });
  #pauses = 0;
  #pausedUs = 0;
  #longestUs = 0;

  constructor() {
    this.#delay.enable();
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  sample(rest = false): ProcessSample {
    const sample = this.peek();
    this.#delay.reset();
    this.#longestUs = 0;
    if (rest) this.#delay.disable();
    else this.#delay.enable();
    return sample;
  }

  peek(): ProcessSample {
    const cpu = process.cpuUsage();
    const loop = performance.eventLoopUtilization();
    const memory = process.memoryUsage();
    const delay = this.#delay;
    return {
      cpuUserUs: cpu.user,
      cpuSystemUs: cpu.system,
      loopActiveMs: loop.active,
      loopIdleMs: loop.idle,
      rssBytes: memory.rss,
      heapUsedBytes: memory.heapUsed,
      externalBytes: memory.external,
      gcPauses: this.#pauses,
      gcPausedUs: Math.round(this.#pausedUs),
      gcLongestUs: Math.round(this.#longestUs),
      loopDelayP99Us: delay.count > 0 ? beyondResolution(delay.percentile(99)) : 0,
      loopDelayMaxUs: delay.count > 0 ? beyondResolution(delay.max) : 0,
    };
  }

  /** An observer gets some collections later than they were. */
  stop(): void {
    this.#delay.disable();
    this.#collections.disconnect();
  }

  #collected(pauseUs: number, detail: unknown): void {
    // Collections that were asked for, to read memory, are not pauses of the service.
    if (isForced(detail)) return;
    this.#pauses += 1;
    this.#pausedUs += pauseUs;
    this.#longestUs = Math.max(this.#longestUs, pauseUs);
  }
}

function isForced(detail: unknown): boolean {
  if (typeof detail !== "object" || detail === null || !("flags" in detail)) return false;
  return (Number(detail.flags) & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
}

/** The histogram holds the whole interval between two timers, in nanoseconds. */
function beyondResolution(intervalNs: number): number {
  return Math.max(0, Math.round(intervalNs / 1_000 - RESOLUTION_MS * 1_000));
}

/** Share of the time between two samples in which the event loop was busy, 0 to 1; `spunUs` of it was idle turning. */
export function loopUtilization(before: ProcessSample, after: ProcessSample, spunUs = 0): number {
  const active = after.loopActiveMs - before.loopActiveMs;
  const idle = after.loopIdleMs - before.loopIdleMs;
  return active + idle <= 0 ? 0 : Math.min(1, Math.max(0, (active - spunUs / 1_000) / (active + idle)));
}
