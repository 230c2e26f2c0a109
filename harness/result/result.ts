import { z } from "zod";
import { clusterSchema } from "../../scenarios/cluster.ts";
import { linkSchema } from "../../scenarios/link.ts";
import { arrivalsSchema, planSchema } from "../../scenarios/plan.ts";
import { browserSchema } from "./schema/browser.ts";
import { byteBreakdownSchema } from "./schema/byte-breakdown.ts";
import { clientCostEntrySchema } from "./schema/client-cost.ts";
import { sliceSchema } from "./schema/course.ts";
import { type Environment, environmentSchema } from "./schema/environment.ts";
import { type Journey, type JourneySegment, journeyEntrySchema } from "./schema/journey.ts";
import type { Latency, Split } from "./schema/latency.ts";
import { launchesSchema } from "./schema/launches.ts";
import { type Metrics, metricsSchema } from "./schema/metrics.ts";
import { transportFactsSchema } from "./schema/transport-facts.ts";
import {
  MOST_BLOCKS,
  MOST_LOAD_PROCESSES,
  MOST_NAMED,
  MOST_SEED,
  MOST_TRIALS,
  ratio,
} from "./schema/units.ts";

export type { Environment, Journey, JourneySegment, Latency, Metrics, Split };
export { metricsSchema };

/** The version that this code writes and reads. */
export const RESULTS_SCHEMA = "notif-lab/results@2";

/** Of a day in slices of half a second. */
const MOST_SLICES = 200_000;

const trialSchema = z
  .strictObject({
    transport: z.string(),
    scenario: z.string(),
    block: z
      .int()
      .min(0)
      .max(MOST_BLOCKS - 1),
    attempt: z
      .int()
      .min(1)
      .max(2)
      .describe("2 when an invalid trial was run once more; it stands for its block"),
    state: z.enum(["completed", "saturated", "invalid", "skipped", "failed"]),
    reason: z.string().optional().describe("why the trial is not completed; present unless completed"),
    notes: z
      .array(z.string())
      .max(MOST_NAMED)
      .describe("what a reader should know before believing the figures"),
    planHash: z.string().describe("SHA-256 of the plan's JSON, the same for every transport of a block"),
    params: z.record(z.string(), z.number()),
    seed: z
      .int()
      .min(0)
      .max(MOST_SEED + MOST_BLOCKS),
    startedAt: z.iso.datetime(),
    seconds: ratio,
    metrics: metricsSchema.optional(),
    slices: z
      .array(sliceSchema)
      .max(MOST_SLICES)
      .optional()
      .describe("where the block is a launch: its slices, void ones too, in the order in which they ran"),
  })
  .superRefine((trial, context) => {
    if (trial.state === "completed" && !trial.metrics) context.addIssue("a completed trial has metrics");
    if (trial.state !== "completed" && !trial.reason)
      context.addIssue("a trial that is not completed has a reason");
  })
  // Once in the JSON Schema, which the control's trials refer to as well.
  .meta({ id: "trial" });

const noByteBreakdownSchema = z.strictObject({
  transport: z.string(),
  scenario: z.string(),
  absent: z.string().describe("why the bytes could not be told"),
});

/** A whole run. Written after every trial; `finishedAt` is absent while it runs or when it was interrupted. */
export const resultsSchema = z.strictObject({
  schema: z.literal(RESULTS_SCHEMA),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  command: z.string(),
  besideBuild: z
    .string()
    .optional()
    .describe(
      "in the results of another build, which a run measured beside its own: the version of the run's own build",
    ),
  seed: z.int().min(0).max(MOST_SEED),
  preset: z.enum(["quick", "standard", "rigorous"]),
  loop: z.enum(["open", "closed"]),
  arrivals: arrivalsSchema.nullable().describe("instead of the scenarios' own; null for those"),
  link: linkSchema
    .nullable()
    .optional()
    .describe("between clients and server, instead of the scenarios' own; null for none of it"),
  cluster: clusterSchema
    .nullable()
    .optional()
    .describe("nodes and engines, instead of the scenarios' own; null for those"),
  blocks: z.int().min(1).max(MOST_BLOCKS),
  launches: launchesSchema
    .optional()
    .describe(
      "how launches are measured, which are then the blocks; absent where all trials are in one piece",
    ),
  loadProcesses: z.int().min(1).max(MOST_LOAD_PROCESSES),
  agents: z
    .int()
    .min(1)
    .max(MOST_LOAD_PROCESSES)
    .optional()
    .describe("how many agents ran the load processes; absent where the run's own machine did"),
  transports: z.array(z.string()).max(MOST_NAMED).describe("asked for, in the order reports show them"),
  transportFacts: z
    .record(z.string(), transportFactsSchema)
    .optional()
    .describe("what reports know of a transport, by its name; absent in older results"),
  scenarios: z
    .array(
      z.strictObject({ name: z.string(), summary: z.string(), params: z.record(z.string(), z.number()) }),
    )
    .max(MOST_NAMED),
  environment: environmentSchema,
  plans: z.record(z.string(), planSchema).describe("every plan that ran, by its hash"),
  trials: z.array(trialSchema).max(MOST_TRIALS),
  control: z
    .strictObject({
      transport: z.string(),
      trials: z
        .array(trialSchema)
        .max(MOST_TRIALS)
        .describe("one a launch and scenario, as of any transport"),
    })
    .optional()
    .describe(
      "a transport that was sliced into each launch beside those compared, so that other runs can be compared in its units; it has no rank and is in no table",
    ),
  browser: browserSchema
    .optional()
    .describe("the browser whose page was beside the load; absent where none was asked for or is installed"),
  anatomies: z
    .array(z.union([byteBreakdownSchema, noByteBreakdownSchema]))
    .max(MOST_TRIALS)
    .describe(
      "what the bytes are for, by transport and scenario, from passes beside the trials; none in a quick run",
    ),
  journeys: z
    .array(journeyEntrySchema)
    .max(MOST_NAMED)
    .optional()
    .describe("one notification on each transport, recorded beside the trials; absent in older results"),
  clientCosts: z
    .array(clientCostEntrySchema)
    .max(MOST_NAMED)
    .optional()
    .describe(
      "what each transport's client library uses for a message, measured before the trials; absent where nothing of it was",
    ),
});

export type Trial = z.infer<typeof trialSchema>;
export type Results = z.infer<typeof resultsSchema>;
