import type { ProcessSample } from "../measurement/process-monitor.ts";
import type { ServerSample } from "../processes/messages.ts";

/** What several server processes are together: what they used and counted is added, delays and bounds are the worst of them. */
export function together(samples: readonly ServerSample[]): ServerSample {
  const [first, ...others] = samples;
  if (!first) throw new RangeError("no samples to add");
  return others.reduce(
    (sum, one): ServerSample => ({
      process: bothOf(sum.process, one.process),
      bytesIn: sum.bytesIn + one.bytesIn,
      bytesOut: sum.bytesOut + one.bytesOut,
      sockets: sum.sockets + one.sockets,
      openBytesIn: sum.openBytesIn + one.openBytesIn,
      openBytesOut: sum.openBytesOut + one.openBytesOut,
      published: sum.published + one.published,
      sessions: sum.sessions + one.sessions,
      slowDisconnects: sum.slowDisconnects + one.slowDisconnects,
      mostHeldBytes: Math.max(sum.mostHeldBytes, one.mostHeldBytes),
      dropped: sum.dropped + one.dropped,
      // The loopback interface carries what passes between the engines as well.
      wireBytes: undefined,
    }),
    first,
  );
}

function bothOf(a: ProcessSample, b: ProcessSample): ProcessSample {
  return {
    ...(a.isScant ? { isScant: true } : {}),
    cpuUserUs: a.cpuUserUs + b.cpuUserUs,
    cpuSystemUs: a.cpuSystemUs + b.cpuSystemUs,
    loopActiveMs: a.loopActiveMs + b.loopActiveMs,
    loopIdleMs: a.loopIdleMs + b.loopIdleMs,
    rssBytes: a.rssBytes + b.rssBytes,
    heapUsedBytes: a.heapUsedBytes + b.heapUsedBytes,
    externalBytes: a.externalBytes + b.externalBytes,
    gcPauses: a.gcPauses + b.gcPauses,
    gcPausedUs: a.gcPausedUs + b.gcPausedUs,
    gcLongestUs: Math.max(a.gcLongestUs, b.gcLongestUs),
    loopDelayP99Us: Math.max(a.loopDelayP99Us, b.loopDelayP99Us),
    loopDelayMaxUs: Math.max(a.loopDelayMaxUs, b.loopDelayMaxUs),
  };
}

/** The same for a process that is gone: what it used and counted stays, what it held is free. */
export function departed(sample: ServerSample): ServerSample {
  return {
    ...sample,
    process: { ...sample.process, rssBytes: 0, heapUsedBytes: 0, externalBytes: 0 },
    sockets: 0,
    openBytesIn: 0,
    openBytesOut: 0,
    sessions: 0,
  };
}

/** The same with the CPU time that it has used up to its end: less than what was sampled is no news. */
export function usedUp(sample: ServerSample, cpuUs = 0): ServerSample {
  const { process } = sample;
  const further = Math.max(0, cpuUs - process.cpuUserUs - process.cpuSystemUs);
  return { ...sample, process: { ...process, cpuUserUs: process.cpuUserUs + further } };
}

/** What a process has used since it began to serve: to start is not what it is measured at. */
export function sinceServing(sample: ServerSample, atFirst: ServerSample | undefined): ServerSample {
  if (!atFirst) return sample;
  const { process: now } = sample;
  const { process: before } = atFirst;
  return {
    ...sample,
    process: {
      ...now,
      cpuUserUs: now.cpuUserUs - before.cpuUserUs,
      cpuSystemUs: now.cpuSystemUs - before.cpuSystemUs,
      loopActiveMs: now.loopActiveMs - before.loopActiveMs,
      loopIdleMs: now.loopIdleMs - before.loopIdleMs,
      gcPauses: now.gcPauses - before.gcPauses,
      gcPausedUs: now.gcPausedUs - before.gcPausedUs,
    },
  };
}
