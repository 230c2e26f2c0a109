import { z } from "zod";
import { count, micros, ratio, share } from "./units.ts";

export const processSchema = z.strictObject({
  role: z.enum(["server", "load"]),
  part: z
    .enum(["clients", "probes", "sinks"])
    .optional()
    .describe("of a load process: whom it runs; absent in older results"),
  loopUtilization: share
    .optional()
    .describe(
      "share of the measured time in which the event loop was busy; a load process's idle turning before a send is left out; absent, as what follows of loops and collections, of a server on another runtime than Node.js",
    ),
  burstUtilization: share
    .optional()
    .describe(
      "of a load process: the same between the first and the last delivery of a publish, over the traced ones; present where many subscribers get one",
    ),
  burstUs: micros.optional().describe("time between those"),
  spunUs: micros.describe("event loop turned without work, waiting for a send to be due"),
  cpuUserUs: micros.describe("CPU time in the measured time"),
  cpuSystemUs: micros.describe("the same in the kernel"),
  rssBytes: count.describe("resident memory at its end"),
  gcPauses: count.optional().describe("garbage collections in the measured time"),
  gcPausedUs: micros.optional().describe("time they took, all together"),
  gcLongestUs: micros.optional(),
  loopDelayP99Us: micros
    .optional()
    .describe("how late a 20 ms timer fired: the event loop was doing something else"),
  loopDelayMaxUs: micros.optional(),
});

const slopeSchema = z.strictObject({
  bytesPerConnection: z.number(),
  r2: z.number().describe("under 0.9 the slope is not resolved from the noise, and reports say so"),
});

export const memorySchema = z.strictObject({
  steps: z
    .array(z.strictObject({ connections: count, rssBytes: count, heapAndExternalBytes: count }))
    .max(100)
    .describe("the server after a forced garbage collection, with so many connections"),
  rss: slopeSchema.optional(),
  heapAndExternal: slopeSchema.optional(),
});

export const hostSchema = z.strictObject({
  cpuPressure: share
    .optional()
    .describe("share of the measured time in which a task waited for a CPU (Linux PSI, some)"),
  steal: share.optional().describe("share of all CPU time that the hypervisor gave to others"),
  otherCpus: ratio.describe("CPUs busy with anything but the trial's processes"),
});
