import { z } from "zod";
import { isBoundedHistogram } from "./histogram-bounds.ts";
import { count, micros, share } from "./units.ts";

/** A latency distribution of one trial, in whole microseconds. */
export const latencySchema = z.strictObject({
  count: count.describe("samples"),
  publishes: count.describe(
    "publishes behind the samples: deliveries of one publish are correlated, so quantiles rest on these",
  ),
  negative: count.describe("samples below zero: a clock error, counted and not in the histogram"),
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

/** Delivery latency in parts that add up: means over the middle half of the traced deliveries, by latency. */
export const splitSchema = z.strictObject({
  publishes: count.describe("publishes traced"),
  deliveries: count.describe("their deliveries, of which all moments are known"),
  unmatched: count.describe("those of which some moment is not known; they count in nothing here"),
  publishUs: micros.describe("intended time of the publish -> accepted by the hub"),
  serverUs: micros.describe("-> written to the subscriber's connection, and so readable on the same host"),
  waitUs: micros.describe("-> read by the process of the subscriber, which may have been busy with others"),
  clientUs: micros.describe("-> handed to the subscriber: the client library"),
  clientShare: share.describe("(waitUs + clientUs) / the sum of the four"),
  lastWriteUs: micros.describe("accepted by the hub -> written to the last of its subscribers"),
});

export type Split = z.infer<typeof splitSchema>;

/** How the deliveries to a crowd were accounted for. */
export const drainedSchema = z.strictObject({
  probes: count.describe("subscribers with a client, in a process of their own"),
  sinks: count.describe(
    "the other subscribers of the crowd, whose bytes were read and whose bodies were counted",
  ),
  deliveries: count.describe("bodies counted there"),
  unlike: count.describe("sinks that got as many bodies as each probe, but different bytes"),
});
