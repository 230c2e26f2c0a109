import type { Metrics } from "../../harness/result.ts";
import { METRICS, type Metric, type MetricKey } from "../metrics/catalogue.ts";
import type { Criterion } from "./board.ts";

/** What speaks for a criterion in one scenario: the first of these that every completed wire has, else the first that any has. */
interface Source extends Criterion {
  readonly calm: readonly MetricKey[];
  /** In scenarios that break something; all of these count, each for itself. */
  readonly broken: readonly BrokenMetric[];
}

/** A metric of what breaks, and the places below a trial's metrics that it is made of. */
export interface BrokenMetric {
  readonly metric: Metric;
  readonly path: string;
}

/** Shorter outages than this count as this long: clients wait about a second before they come back, by the lab's own setting. */
const LEAST_OUTAGE_SECONDS = 1;

/** An outage that is the subscribers' own doing says nothing of a wire. */
const OWN_DOING = new Set(["link-stall"]);

const OUTAGE: Metric = {
  group: "Resilience",
  label: "longest outage",
  unit: "micros",
  about:
    "From a fault's beginning until the last client that lost its connection had all of its subscriptions again; where none lost it, " +
    `the fault's own length; at least ${LEAST_OUTAGE_SECONDS} s. Of several faults the longest.`,
  read: ({ faults = [] }) => {
    const outages = faults.filter(({ kind }) => !OWN_DOING.has(kind)).map(outageSeconds);
    if (outages.length === 0 || outages.some((one) => one === undefined)) return undefined;
    return 1e6 * Math.max(LEAST_OUTAGE_SECONDS, ...outages.map((one) => one ?? 0));
  },
  better: "lower",
};

const DUE: Metric = {
  group: "Resilience",
  label: "deliveries due for each made",
  unit: "count",
  about: "Deliveries due / deliveries that came in the end: 1 where none was lost, 2 where half were.",
  read: ({ resumption }) =>
    resumption && resumption.delivered > 0 ? resumption.due / resumption.delivered : undefined,
  better: "lower",
};

/** What a decision weighs, and the figures that speak for it. */
export const CRITERIA: readonly Source[] = [
  {
    key: "latency",
    label: "Latency",
    about: "median delivery latency; where nothing is published, median time to ready",
    calm: ["deliveryP50", "readyP50"],
    broken: [],
  },
  {
    key: "tail",
    label: "Tail",
    about: "p99 of the same",
    calm: ["deliveryP99", "readyP99"],
    broken: [],
  },
  { key: "cpu", label: "CPU", about: "server CPU per delivery", calm: ["cpu"], broken: [] },
  {
    key: "memory",
    label: "Memory",
    about:
      "heap and external memory per connection; where a wire's is not resolved, the server's resident memory",
    calm: ["heapPerConnection", "rss"],
    broken: [],
  },
  {
    key: "bandwidth",
    label: "Bandwidth",
    about: "TCP payload per delivery; where nothing is published, per idle connection and hour",
    calm: ["bytes", "idleBytes"],
    broken: [],
  },
  {
    key: "resilience",
    label: "Resilience",
    about: "the longest outage, and the deliveries lost, where the plan breaks something",
    calm: [],
    broken: [
      { metric: OUTAGE, path: "faults/*/seconds faults/*/backAfterSeconds/max" },
      { metric: DUE, path: "resumption/due resumption/delivered" },
    ],
  },
];

/** How a reader knows the metric: "p50 delivery latency". */
export function figureLabel(key: MetricKey): string {
  return LABELS[key] ?? `${METRICS[key].group}, ${METRICS[key].label}`;
}

const LABELS: Partial<Record<MetricKey, string>> = {
  deliveryP50: "median delivery latency",
  deliveryP99: "p99 of delivery latency",
  readyP50: "median time to ready",
  readyP99: "p99 of time to ready",
  cpu: "server CPU per delivery",
  heapPerConnection: "heap and external memory per connection",
  rss: "server memory (RSS)",
  bytes: "TCP payload per delivery",
  idleBytes: "TCP payload of an idle connection-hour",
};

function outageSeconds(fault: NonNullable<Metrics["faults"]>[number]): number | undefined {
  const { seconds, lostConnections, restoredConnections, backAfterSeconds } = fault;
  if (lostConnections === 0) return seconds;
  if (restoredConnections < lostConnections || !backAfterSeconds) return undefined;
  return seconds + Math.max(0, backAfterSeconds.max);
}
