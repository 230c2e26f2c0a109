import { z } from "zod";
import { type Metrics, metricsSchema } from "../harness/result.ts";
import type { Unit } from "./format.ts";
import { type Metric, PUBLISHES_BEYOND, QUANTILES } from "./metrics/catalogue.ts";

/** Every number of a trial's metrics by its path, as the results schema has them: `lost`, `deliveryLatencyUs.p99`. */
export const METRIC_PATHS: readonly string[] = pathsOf(metricsSchema);

/** What one may type instead of a path; a latency's quantiles follow its short name: `receipt.p50`. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  cpu: "serverCpuUsPerDelivery",
  rss: "serverRssBytes",
  bytes: "tcpBytesPerDelivery",
  rate: "deliveriesPerSecond",
};
const SHORT_LATENCIES: Readonly<Record<string, string>> = {
  delivery: "deliveryLatencyUs",
  ack: "publishLatencyUs",
  receipt: "receiptLatencyUs",
};

/** Rare faults: summed over blocks, since a median would hide them. */
const TOTALS = new Set(["lost", "duplicated", "reordered", "dropped", "slowDisconnects", "reconnects"]);
const HIGHER_IS_BETTER =
  /^(deliveriesPerSecond|publishesPerSecond|achievedShare|delivered|receiptsReceived)$/;

/** The path that a name stands for: a path itself, `p99` of the delivery latency, `receipt.p50`, `cpu`; else undefined. */
export function pathNamed(name: string): string | undefined {
  if (METRIC_PATHS.includes(name)) return name;
  const [first = "", second] = name.split(".");
  const latency = second === undefined ? undefined : SHORT_LATENCIES[first];
  const path =
    second === undefined && Object.hasOwn(QUANTILES, first)
      ? `deliveryLatencyUs.${first}`
      : latency
        ? `${latency}.${second}`
        : SHORT_NAMES[name];
  return path !== undefined && METRIC_PATHS.includes(path) ? path : undefined;
}

/** All that `pathNamed` knows, to find what somebody meant. */
export const METRIC_NAMES: readonly string[] = [
  ...METRIC_PATHS,
  ...Object.keys(QUANTILES),
  ...Object.keys(SHORT_NAMES),
  ...Object.keys(SHORT_LATENCIES).flatMap((name) => Object.keys(QUANTILES).map((one) => `${name}.${one}`)),
];

/** A metric for any path of `METRIC_PATHS`, under the same rules as those that reports show. Times in seconds read as microseconds. */
export function metricAt(path: string): Metric {
  const [latency = "", quantile = ""] = path.split(".");
  const oneIn = latency.endsWith("Us")
    ? Object.entries(QUANTILES).find(([name]) => name === quantile)?.[1]
    : undefined;
  const unit = unitOf(path);
  const scale = isInSeconds(path) ? 1e6 : 1;
  const better = HIGHER_IS_BETTER.test(path) ? "higher" : "lower";
  return {
    group: latency,
    label: path,
    unit,
    about: "",
    read: (metrics) => {
      const value = numberAt(metrics, path);
      return value === undefined ? undefined : value * scale;
    },
    ...(oneIn === undefined
      ? {}
      : {
          quantile: {
            oneIn,
            needs: PUBLISHES_BEYOND * oneIn,
            had: (metrics) => numberAt(metrics, `${latency}.publishes`) ?? 0,
          },
        }),
    ...(TOTALS.has(path) || quantile === "negative" ? { total: true } : {}),
    ...(/LatencyUs$/.test(latency) ? { latency: true } : {}),
    better,
  };
}

/** The number at the path as the results file has it; undefined where the trial did not measure it. */
export function numberAt(metrics: Metrics, path: string): number | undefined {
  let value: unknown = metrics;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return typeof value === "number" ? value : undefined;
}

/** By the units that the schema's names carry. */
function unitOf(path: string): Unit {
  const parts = path.split(".");
  const leaf = parts.at(-1) ?? "";
  if (leaf === "count" || leaf === "publishes" || leaf === "negative") return "count";
  if (parts.some((part) => /Us($|Per)/.test(part)) || isInSeconds(path)) return "micros";
  if (/bytes/i.test(leaf)) return "bytes";
  if (/PerSecond$/.test(leaf)) return "perSecond";
  return /(utilization|share|steal|pressure|drift)$/i.test(leaf) ? "share" : "count";
}

/** Whether the results file has the value at the path in seconds, where `metricAt` reads microseconds. */
export function isInSeconds(path: string): boolean {
  return /(^|\.)(\w*[a-z]Seconds|seconds)$/.test(path);
}

function pathsOf(schema: z.core.$ZodType, path = ""): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return pathsOf(schema.unwrap(), path);
  if (schema instanceof z.ZodNumber) return [path];
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, inner]) =>
    pathsOf(inner, path === "" ? key : `${path}.${key}`),
  );
}
