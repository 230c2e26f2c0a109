import { z } from "zod";
import { isBoundedHistogram } from "./histogram-bounds.ts";
import { count, micros } from "./units.ts";

/** A latency distribution of one trial, in whole microseconds. */
export const latencySchema = z.strictObject({
  count: count.describe("samples"),
  publishes: count.describe(
    "publishes behind the samples: deliveries of one publish are correlated, so quantiles rest on these",
  ),
  negative: count.describe("samples below zero: a clock fault, counted and not in the histogram"),
  min: micros,
  mean: micros,
  p50: micros,
  p90: micros,
  p99: micros,
  p999: micros,
  max: micros,
  histogram: z
    .string()
    .refine(isBoundedHistogram, "a histogram of other bounds than the lab's")
    .describe("HdrHistogram V2, compressed, base64; 3 significant digits"),
});

export type Latency = z.infer<typeof latencySchema>;
