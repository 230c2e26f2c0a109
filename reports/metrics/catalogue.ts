import { AGENTS } from "./agents.ts";
import { BROWSER } from "./browser.ts";
import { CIRCUMSTANCES } from "./circumstances.ts";
import { CLUSTER } from "./cluster.ts";
import { CONNECTIONS, DELIVERIES, DERIVED, FURTHER_DELIVERIES } from "./deliveries.ts";
import { furtherLatencies, LATENCIES, SEND_LAGS } from "./latencies.ts";
import type { Metric, View } from "./metric.ts";
import { BYTES, FURTHER_SERVER, SERVER } from "./server.ts";
import { SPLIT } from "./split.ts";

/** Every figure that reports show, in their order. */
export const METRICS = {
  ...LATENCIES,
  ...SPLIT,
  ...CONNECTIONS,
  ...DELIVERIES,
  ...SERVER,
  ...BYTES,
  ...CLUSTER,
  ...AGENTS,
  ...BROWSER,
  ...SEND_LAGS,
  ...CIRCUMSTANCES,
} satisfies Record<string, Metric>;

export type MetricKey = keyof typeof METRICS;

/** Those and the ones that only rules, the CSV and the decision speak of. */
export const CATALOGUE: readonly Metric[] = [
  ...Object.values(METRICS),
  ...Object.values(DERIVED),
  ...furtherLatencies(Object.values(METRICS)),
  ...FURTHER_DELIVERIES,
  ...FURTHER_SERVER,
];

export const METRIC_KEYS = Object.keys(METRICS) as MetricKey[];

/** The metrics of these views, in the catalogue's order. */
export function metricsIn(...views: readonly View[]): MetricKey[] {
  return METRIC_KEYS.filter((key) => METRICS[key].views.some((view) => views.includes(view)));
}

/** A value for every metric that reports show, in their order. */
export function mapMetrics<T>(map: (metric: Metric, key: MetricKey) => T): Record<MetricKey, T> {
  return Object.fromEntries(METRIC_KEYS.map((key) => [key, map(METRICS[key], key)])) as Record<MetricKey, T>;
}
