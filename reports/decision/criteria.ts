import type { MetricKey } from "../metrics/catalogue.ts";
import { DERIVED } from "../metrics/deliveries.ts";
import type { Metric } from "../metrics/metric.ts";
import type { Criterion } from "./input.ts";

/** What speaks for a criterion in one scenario. */
interface Source extends Criterion {
  /** The first of these that every completed transport has, else the first that any has. */
  readonly calm: readonly MetricKey[];
  /** In their place where nothing is published. */
  readonly silent?: readonly MetricKey[];
  /** In scenarios that break something; all of these count, each for itself. */
  readonly broken: readonly Metric[];
}

/** What a decision weighs, and the figures that speak for it. */
export const CRITERIA: readonly Source[] = [
  {
    key: "latency",
    label: "Latency",
    about: "median delivery latency; where nothing is published, median time to ready",
    calm: ["deliveryP50"],
    silent: ["readyP50"],
    broken: [],
  },
  {
    key: "tail",
    label: "Tail",
    about: "p99 of the same",
    calm: ["deliveryP99"],
    silent: ["readyP99"],
    broken: [],
  },
  { key: "cpu", label: "CPU", about: "server CPU per delivery", calm: ["cpu"], broken: [] },
  {
    key: "memory",
    label: "Memory",
    about:
      "heap and external memory per connection; where a transport's is not resolved, the server's resident memory",
    calm: ["heapPerConnection", "rss"],
    broken: [],
  },
  {
    key: "bandwidth",
    label: "Bandwidth",
    about: "TCP payload per delivery; where nothing is published, per idle connection and hour",
    calm: ["bytes"],
    silent: ["idleBytes"],
    broken: [],
  },
  {
    key: "resilience",
    label: "Resilience",
    about: "the longest outage, and the deliveries lost, where the plan breaks something",
    calm: [],
    broken: [DERIVED.outage, DERIVED.duePerDelivery],
  },
];
