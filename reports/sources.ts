import type { MetricKey } from "./metrics/catalogue.ts";

/** Where a trial has a metric: paths below its `metrics`, and what is done with several of them; `*` is every entry of a list. */
export interface Source {
  readonly paths: readonly [string, ...string[]];
  readonly join?: "quotient" | "maximum of the load processes" | "the server process";
}

const at = (path: string): Source => ({ paths: [path] });

/** The place of every metric in results.json, so that each figure of the page can be followed to the trials it was made of. */
export const SOURCES: Readonly<Record<MetricKey, Source>> = {
  deliveryP50: at("deliveryLatencyUs/p50"),
  deliveryP90: at("deliveryLatencyUs/p90"),
  deliveryP99: at("deliveryLatencyUs/p99"),
  deliveryP999: at("deliveryLatencyUs/p999"),
  serviceP50: at("serviceLatencyUs/p50"),
  serviceP99: at("serviceLatencyUs/p99"),
  publishP50: at("publishLatencyUs/p50"),
  receiptP50: at("receiptLatencyUs/p50"),
  readyP50: at("readyLatencyUs/p50"),
  readyP99: at("readyLatencyUs/p99"),
  connectsPerSecond: { paths: ["connections", "connectSeconds"], join: "quotient" },
  idleBytes: at("tcpBytesPerConnectionHour"),
  lost: at("lost"),
  duplicated: at("duplicated"),
  reordered: at("reordered"),
  deliveriesPerSecond: at("deliveriesPerSecond"),
  cpuUser: at("serverCpuUserUsPerDelivery"),
  cpuSystem: at("serverCpuSystemUsPerDelivery"),
  cpu: at("serverCpuUsPerDelivery"),
  rss: at("serverRssBytes"),
  heapPerConnection: at("memoryPerConnection/heapAndExternal/bytesPerConnection"),
  rssPerConnection: at("memoryPerConnection/rss/bytesPerConnection"),
  bytesIn: at("tcpBytesInPerDelivery"),
  bytesOut: at("tcpBytesOutPerDelivery"),
  bytes: at("tcpBytesPerDelivery"),
  wireBytes: at("wireBytesPerDelivery"),
  sendLagP99: at("sendLagUs/p99"),
  sendLagMax: at("sendLagUs/max"),
  loadLoop: { paths: ["processes/*/loopUtilization"], join: "maximum of the load processes" },
  serverLoop: at("serverLoopUtilization"),
  serverLoopDelay: { paths: ["processes/*/loopDelayMaxUs"], join: "the server process" },
  serverGc: { paths: ["processes/*/gcLongestUs"], join: "the server process" },
  otherCpus: at("host/otherCpus"),
  cpuPressure: at("host/cpuPressure"),
  steal: at("host/steal"),
};

/** The metric's paths in one text; two of them are a quotient. */
export function pathOf(key: MetricKey): string {
  return SOURCES[key].paths.join(" ");
}
