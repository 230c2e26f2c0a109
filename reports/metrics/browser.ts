import type { Latency, Metrics } from "../../harness/result/result.ts";
import { defined, type Metric } from "./metric.ts";
import type { Path } from "./paths.ts";

const SHARED = {
  unit: "micros",
  better: "lower",
  // What a page adds is the browser's and the machine's first, and the transport's last.
  unranked: true,
  latency: true,
} as const;

const HOW =
  "notifications to one topic beside the scenario's own traffic, to clients in a browser's page and to as many in Node.js, after the trial and in processes of " +
  "its own (`bench --clients browser`).";

const IN_PAGE = {
  ...SHARED,
  group: "In a browser",
  about: `Delivery latency in a page, by the page's own clock: ${HOW}`,
} as const;

const IN_NODE = {
  ...SHARED,
  group: "Beside a browser",
  about: `Delivery latency in Node.js beside a page: ${HOW}`,
} as const;

const publishes: Path = "browser.publishes";
const median = { oneIn: 2, publishes } as const;
const tenth = (tail: (browser: NonNullable<Metrics["browser"]>) => Latency | undefined) => ({
  oneIn: 10,
  publishes,
  tail: ({ browser }: Metrics) => browser && tail(browser),
});

/** What a browser's page saw of a load. */
export const BROWSER = {
  pageP50: defined({
    ...IN_PAGE,
    paths: ["browser.deliveryLatencyUs.p50"],
    label: "p50",
    name: "median delivery latency in a page",
    aliases: ["browser.p50"],
    prometheus: "browser_delivery_latency_seconds",
    quantile: median,
  }),
  besidePageP50: defined({
    ...IN_NODE,
    paths: ["browser.nodeDeliveryLatencyUs.p50"],
    label: "p50",
    name: "median delivery latency beside a page",
    prometheus: "beside_browser_delivery_latency_seconds",
    quantile: median,
  }),
  pageP90: defined({
    ...IN_PAGE,
    paths: ["browser.deliveryLatencyUs.p90"],
    label: "p90",
    name: "p90 of delivery latency in a page",
    aliases: ["browser.p90"],
    prometheus: "browser_delivery_latency_seconds",
    quantile: tenth(({ deliveryLatencyUs }) => deliveryLatencyUs),
  }),
  besidePageP90: defined({
    ...IN_NODE,
    paths: ["browser.nodeDeliveryLatencyUs.p90"],
    label: "p90",
    name: "p90 of delivery latency beside a page",
    prometheus: "beside_browser_delivery_latency_seconds",
    quantile: tenth(({ nodeDeliveryLatencyUs }) => nodeDeliveryLatencyUs),
  }),
  pageLost: defined({
    paths: ["browser.lost"],
    unit: "count",
    better: "lower",
    group: "In a browser",
    label: "lost",
    about: "Notifications that did not come to a client in the page.",
    combine: "total",
    prometheus: "browser_lost_deliveries",
  }),
} satisfies Record<string, Metric>;
