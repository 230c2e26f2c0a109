import type { HubWatch } from "../../core/hub-options.ts";
import {
  Counter,
  Gauge,
  Histogram,
  type OpenMetricsContentType,
  type PrometheusContentType,
  Registry,
} from "./prom-client.ts";
import { PUBLISH_TO_WRITE, SERIES, type Series } from "./series.ts";
import type { ServiceState } from "./state.ts";

/** A page for Prometheus. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

export interface Metrics {
  /** For the hub; feeds the latency from publish to write. */
  readonly watch: Pick<HubWatch, "publishing" | "handedOver">;
  /** The state as `read` tells it, in OpenMetrics where `accept` (RFC 9110, 12.5.1) takes it and in Prometheus' text format otherwise. */
  expose(accept: string | undefined, read: () => ServiceState): Promise<Exposition>;
}

/** `shared`: the service has a backplane, so that what is handed over may come from another node. */
export function createMetrics(shared: boolean): Metrics {
  const text = new Registry();
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const latency = new Histogram({
    name: PUBLISH_TO_WRITE.name,
    help: PUBLISH_TO_WRITE.help,
    buckets: [...PUBLISH_TO_WRITE.buckets],
    registers: [text, openMetrics],
  });
  let state: ServiceState | undefined;
  // One each: in OpenMetrics, prom-client takes `_total` off a counter's own name.
  for (const registry of [text, openMetrics])
    for (const series of SERIES) register(registry, series, () => state);
  let beganMs = 0;
  return {
    watch: shared
      ? {
          publishing: () => undefined,
          handedOver: ({ at }) => latency.observe(Math.max(0, Date.now() - at) / 1e3),
        }
      : {
          publishing: () => {
            beganMs = performance.now();
          },
          handedOver: () => latency.observe((performance.now() - beganMs) / 1e3),
        },
    expose: async (accept, read) => {
      const registry = accept?.includes("application/openmetrics-text") ? openMetrics : text;
      state = read();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function register(
  registry: Registry<PrometheusContentType> | Registry<OpenMetricsContentType>,
  { name, type, help, labels = [], read }: Series,
  current: () => ServiceState | undefined,
): void {
  const common = { name, help, labelNames: labels, registers: [registry] };
  const fill = (metric: Fillable) => {
    metric.reset();
    const state = current();
    if (!state) return;
    const samples = read(state);
    // Else a series without labels shows 0 where it is absent.
    if (samples.length === 0 && labels.length === 0) metric.remove();
    for (const { value, labels: of = {} } of samples) metric.inc(of, value);
  };
  if (type === "gauge")
    new Gauge({
      ...common,
      collect() {
        fill(this);
      },
    });
  else
    new Counter({
      ...common,
      collect() {
        fill(this);
      },
    });
}

/** What a gauge has in common with a counter. */
interface Fillable {
  reset(): void;
  remove(): void;
  inc(labels: Readonly<Record<string, string>>, value: number): void;
}
