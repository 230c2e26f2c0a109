import { AggregatorRegistry, type OpenMetricsContentType, Registry } from "./prom-client.ts";
import { BUCKETS } from "./publish-to-write.ts";
import { PUBLISH_TO_WRITE, type Sample, SERIES, type Series } from "./series.ts";
import type { ServiceState } from "./state.ts";

/** A page for Prometheus. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** A series with its values of this moment. */
export interface Family extends Pick<Series, "name" | "help"> {
  readonly type: Series["type"] | "histogram";
  readonly samples: readonly (Sample & { readonly metricName?: string })[];
}

/** All series of one or more services; `labels` tell one from another. */
export function familiesOf(
  services: readonly { readonly state: ServiceState; readonly labels?: Sample["labels"] }[],
): Family[] {
  const all = (read: (state: ServiceState) => Family["samples"]) =>
    services.flatMap(({ state, labels }) =>
      read(state).map((sample) => ({ ...sample, labels: { ...sample.labels, ...labels } })),
    );
  return [
    ...SERIES.map(({ name, help, type, read }) => ({ name, help, type, samples: all(read) })),
    { name: PUBLISH_TO_WRITE.name, help: PUBLISH_TO_WRITE.help, type: "histogram", samples: all(histogram) },
  ];
}

/** In OpenMetrics where `accept` (RFC 9110, 12.5.1) takes it, and in Prometheus' text format otherwise. */
export async function expose(accept: string | undefined, families: readonly Family[]): Promise<Exposition> {
  const isOpen = accept?.includes("application/openmetrics-text") ?? false;
  const metrics = families.map(({ name, help, type, samples }) => ({
    // In OpenMetrics the ending is the sample's, and prom-client adds it.
    name: isOpen && type === "counter" ? name.replace(/_total$/, "") : name,
    help,
    type,
    aggregator: "sum",
    values: samples,
  }));
  const registry = AggregatorRegistry.aggregate<OpenMetricsContentType>([metrics]);
  if (isOpen) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function histogram({ hubs }: ServiceState): Family["samples"] {
  return hubs.flatMap(({ scenario, publishToWrite: { counts, sumSeconds } }) => {
    const labels = scenario === undefined ? {} : { scenario };
    let count = 0;
    const buckets = counts.map((inBucket, index) => {
      count += inBucket;
      const le = String(BUCKETS[index] ?? "+Inf");
      return { value: count, labels: { le, ...labels }, metricName: `${PUBLISH_TO_WRITE.name}_bucket` };
    });
    return [
      ...buckets,
      { value: sumSeconds, labels, metricName: `${PUBLISH_TO_WRITE.name}_sum` },
      { value: count, labels, metricName: `${PUBLISH_TO_WRITE.name}_count` },
    ];
  });
}
