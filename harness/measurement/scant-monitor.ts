import type { Monitor, ProcessSample } from "./process-monitor.ts";

/** On a runtime other than Node.js, of which no more is known: what it says of event loops, heaps and collections is not the same thing. */
export class ScantMonitor implements Monitor {
  sample(): ProcessSample {
    return this.peek();
  }

  peek(): ProcessSample {
    const cpu = process.cpuUsage();
    return {
      isScant: true,
      cpuUserUs: cpu.user,
      cpuSystemUs: cpu.system,
      rssBytes: process.memoryUsage().rss,
      loopActiveMs: 0,
      loopIdleMs: 0,
      heapUsedBytes: 0,
      externalBytes: 0,
      gcPauses: 0,
      gcPausedUs: 0,
      gcLongestUs: 0,
      loopDelayP99Us: 0,
      loopDelayMaxUs: 0,
    };
  }

  stop(): void {
    // Nothing was begun.
  }
}
