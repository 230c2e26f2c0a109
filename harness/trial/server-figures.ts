import { DEFAULT_MAX_BUFFERED_BYTES } from "../../transports/port/defaults.ts";
import { loopUtilization } from "../measurement/process-monitor.ts";
import { present } from "../result/present.ts";
import type { Metrics } from "../result/result.ts";
import { aboveEmpty, slopeOf } from "./memory-slope.ts";
import type { Observation } from "./observation.ts";

/** What only the server's own process knows. */
export function ofServer(observation: Observation): Partial<Metrics> {
  const { before, after } = observation.server;
  const { native = false } = observation;
  return {
    serverRssBytes: after.process.rssBytes,
    ...present({ serverRssAboveEmptyBytes: aboveEmpty(observation.memorySteps, after.process.rssBytes) }),
    ...(after.process.isScant
      ? {}
      : {
          serverHeapUsedBytes: after.process.heapUsedBytes,
          serverExternalBytes: after.process.externalBytes,
          serverLoopUtilization: loopUtilization(before.process, after.process),
        }),
    memoryPerConnection: memoryOf(observation),
    ...(native ? {} : { sockets: before.sockets }),
    slowDisconnects: after.slowDisconnects - before.slowDisconnects,
    mostHeldBytes: after.mostHeldBytes,
    heldBoundBytes: observation.plan.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED_BYTES,
    dropped: after.dropped - before.dropped,
  };
}

/** How far the server's memory rose above what it was before the first fault. Undefined without faults, or when they are too early to tell what was before. */
export function peakGrowth(
  { faults, measureStartUs, server }: Observation,
  timeline: Metrics["timeline"],
): number | undefined {
  const [first] = faults;
  if (!first) return undefined;
  const began = (first.beganUs - measureStartUs) / 1_000_000;
  const before = timeline.filter((one) => one.fromSeconds + one.seconds <= began);
  const base = before.at(-1)?.serverRssBytes ?? server.before.process.rssBytes;
  const after = timeline.filter((one) => one.fromSeconds + one.seconds > began);
  return Math.max(0, ...after.flatMap((one) => one.serverRssBytes ?? [])) - base;
}

function memoryOf({ memorySteps, native }: Observation): NonNullable<Metrics["memoryPerConnection"]> {
  const rss = slopeOf(memorySteps, "rssBytes");
  // What its connections hold is in neither.
  const heapAndExternal = native ? undefined : slopeOf(memorySteps, "heapAndExternalBytes");
  return { steps: [...memorySteps], ...present({ rss, heapAndExternal }) };
}
