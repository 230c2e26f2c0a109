import { z } from "zod";
import { count } from "./units.ts";

export const environmentSchema = z.strictObject({
  notifLab: z.string(),
  node: z.string(),
  v8: z.string(),
  serverRuntime: z
    .strictObject({ name: z.enum(["bun", "deno"]), version: z.string() })
    .optional()
    .describe("what ran the server processes; absent for Node.js"),
  platform: z.string(),
  kernel: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  cpus: count,
  cpuGovernor: z.string().nullable().describe("of Linux's frequency scaling; null where there is none"),
  memoryBytes: count,
  memoryFreeBytes: count.describe("when the run began"),
  openFilesLimit: count.nullable().describe("null where it is unlimited or can't be read"),
  processLimit: count.nullable().describe("processes and threads of this user; null as above"),
  loadAverageBefore: z.number(),
  loadAverageAfter: z.number().nullable().describe("when the run ended; null before"),
  gitRevision: z
    .string()
    .nullable()
    .describe("of notif-lab itself when it runs from a clone, with + for local changes"),
  wireBytes: z.string().describe("how IP bytes are counted, or why they are not"),
  cpuAffinity: z
    .string()
    .describe("the CPUs that server and load processes are bound to, or why they are not"),
  scrapes: count
    .optional()
    .describe("how often the servers were asked for their metrics meanwhile; absent without --metrics"),
  clock: z.string(),
  packages: z.record(z.string(), z.string()).describe("transport libraries as resolved"),
});

export type Environment = z.infer<typeof environmentSchema>;
