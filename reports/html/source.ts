import type { Cell, Observed } from "../cell.ts";
import { METRICS, type MetricKey } from "../metrics.ts";
import { type Html, html } from "./html.ts";

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

/** How the values of several trials became one figure. */
function ruleOf(key: MetricKey, { blocks, interval }: Observed): string {
  if (blocks === 1) return "value";
  if (METRICS[key].total) return "total";
  return interval ? "geometric mean" : "median";
}

/** What most figures of a table's row share: where their trials stand in results.json, and how their values became one. */
export interface Shared {
  readonly trials: string;
  readonly rule: string;
}

/** The attributes of a row: `data-trials` the places of its trials in the results' list, `data-rule` as below. */
export function tracedRow(
  cell: Cell,
  keys: readonly MetricKey[],
): { readonly shared: Shared; readonly attributes: Html } {
  const rules = keys.flatMap((key) => {
    const figure = cell.figures[key];
    return figure.kind === "observed" ? ruleOf(key, figure) : [];
  });
  const [common = "value"] = [...rules].sort((a, b) => times(rules, b) - times(rules, a));
  const shared = { trials: cell.places.join(","), rule: common };
  return { shared, attributes: html` data-trials="${shared.trials}" data-rule="${shared.rule}"` };
}

/**
 * The attributes that say where a figure is from: `data-path` is its path below `/trials/N/metrics` of results.json (two paths:
 * their quotient), for every trial N of `data-trials`, and `data-rule` says how the values of several trials became one. What
 * the row says already is left out.
 */
export function traced(cell: Cell, key: MetricKey, shared?: Shared): Html | undefined {
  const figure = cell.figures[key];
  if (figure.kind !== "observed") return undefined;
  const trials = figure.at.map((block) => cell.places[cell.blockNumbers.indexOf(block)]).join(",");
  const rule = ruleOf(key, figure);
  return html` data-path="${SOURCES[key].paths.join(" ")}"${trials === shared?.trials ? "" : html` data-trials="${trials}"`}${
    rule === shared?.rule ? "" : html` data-rule="${rule}"`
  }`;
}

function times<T>(all: readonly T[], one: T): number {
  return all.filter((other) => other === one).length;
}
