import type { Latency, Metrics } from "../../harness/result.ts";
import type { Unit } from "../format.ts";

/** Publishes that must lie beyond a quantile before it is shown: deliveries of one publish are correlated. */
export const PUBLISHES_BEYOND = 30;

/** One figure a trial yields; every report shows the same ones, by these words. */
export interface Metric {
  readonly group: string;
  readonly label: string;
  readonly unit: Unit;
  readonly about: string;
  /** `undefined` when the trial did not measure it. */
  readonly read: (metrics: Metrics) => number | undefined;
  /** Only a quantile: the publishes it needs, and those the trial has. */
  readonly quantile?: {
    readonly oneIn: number;
    readonly needs: number;
    readonly had: (metrics: Metrics) => number;
  };
  /** Counts of rare faults are summed over blocks, since a median would hide them. */
  readonly total?: true;
  /** Means nothing on a wire that can't carry the load: it would be that of a growing queue. */
  readonly latency?: true;
  /** Whether it was measured and drowned in noise, which is told apart from not measured at all. */
  readonly unresolved?: (metrics: Metrics) => boolean;
  /** Which of two wires is the better one by it; absent where wires are not compared by it. */
  readonly better?: "lower" | "higher";
}

type LatencyName =
  | "deliveryLatencyUs"
  | "serviceLatencyUs"
  | "publishLatencyUs"
  | "receiptLatencyUs"
  | "sendLagUs"
  | "readyLatencyUs";
/** One in how many lies beyond the quantile. */
export const QUANTILES = { p50: 2, p90: 10, p99: 100, p999: 1_000 } as const;

function quantile(of: LatencyName, name: keyof typeof QUANTILES, group: string, about: string): Metric {
  const oneIn = QUANTILES[name];
  const needs = PUBLISHES_BEYOND * oneIn;
  const distribution = (metrics: Metrics): Latency | undefined => metrics[of];
  return {
    group,
    label: name === "p999" ? "p99.9" : name,
    unit: "micros",
    about,
    read: (metrics) => distribution(metrics)?.[name],
    quantile: { oneIn, needs, had: (metrics) => distribution(metrics)?.publishes ?? 0 },
    ...(of === "sendLagUs" ? {} : { latency: true, better: "lower" }),
  };
}

const DELIVERY = "Delivery latency";
const DELIVERY_ABOUT =
  "Time from the moment a publish was due to the first line of the subscriber's message callback, decoded but not yet looked at. " +
  "Sampled in the load process, for every delivery.";
const SERVICE = "Service latency";
const SERVICE_ABOUT =
  "Delivery latency from the moment the publish was really sent: what is left without the load generator's own lag.";
const READY = "Time to ready";
const READY_ABOUT =
  "Time from a connection's first byte to the acknowledgement of its last subscription, its token verified on the way. Sampled in " +
  "the load process, for every connection; clients and server share the machine.";
const CPU = "Server CPU per delivery";
const CPU_ABOUT =
  "CPU time of the whole server process over the measured time, divided by the unique deliveries. On loopback, the kernel " +
  "does the receiver's TCP work inside the sender's system call: part of the system time is the clients'.";
const TCP = "TCP payload per delivery";
const TCP_ABOUT =
  "Bytes read (in) and written (out) on the server's raw sockets, below TLS, divided by the unique deliveries. Publishes, " +
  "acknowledgements, receipts and heartbeats are included; IP and TCP headers are not.";

const MEMORY = "Memory per connection";
const MEMORY_ABOUT =
  "Least-squares slope of the server's memory over six steps of connections, with a forced garbage collection before each. " +
  "Unresolved where the line explains less than 90 % of the variance.";
const SERVER_PAUSES = "Server pauses";

const FAULT_LABELS = { lost: "lost", duplicated: "dup.", reordered: "reord." };

/** Every figure, in the order reports show them. */
export const METRICS = {
  deliveryP50: quantile("deliveryLatencyUs", "p50", DELIVERY, DELIVERY_ABOUT),
  deliveryP90: quantile("deliveryLatencyUs", "p90", DELIVERY, DELIVERY_ABOUT),
  deliveryP99: quantile("deliveryLatencyUs", "p99", DELIVERY, DELIVERY_ABOUT),
  deliveryP999: quantile("deliveryLatencyUs", "p999", DELIVERY, DELIVERY_ABOUT),
  serviceP50: quantile("serviceLatencyUs", "p50", SERVICE, SERVICE_ABOUT),
  serviceP99: quantile("serviceLatencyUs", "p99", SERVICE, SERVICE_ABOUT),
  publishP50: quantile(
    "publishLatencyUs",
    "p50",
    "Publish ack",
    "Time from the moment a publish was due to the server's acknowledgement at the publisher. Sampled in the load process.",
  ),
  receiptP50: quantile(
    "receiptLatencyUs",
    "p50",
    "Receipt",
    "Time from the moment a publish was due until the recipient's read receipt was back at the sender: four crossings of " +
      "the wire. Sampled in the load process; absent where nobody marks as read.",
  ),
  readyP50: quantile("readyLatencyUs", "p50", READY, READY_ABOUT),
  readyP99: quantile("readyLatencyUs", "p99", READY, READY_ABOUT),
  connectsPerSecond: metric(
    "Connects",
    "a second",
    "perSecond",
    "Connections made ready, divided by the time it took; in most scenarios no faster than their ramp asks for.",
    (metrics) => (metrics.connectSeconds > 0 ? metrics.connections / metrics.connectSeconds : undefined),
  ),
  idleBytes: metric(
    "Idle connection",
    "bytes an hour",
    "bytes",
    "TCP payload both ways for each connection and hour, where nothing is published: heartbeats, polls and pings.",
    (metrics) => metrics.tcpBytesPerConnectionHour,
    "lower",
  ),
  lost: fault("lost", "Expected (publishes x live subscribers) but not delivered, counted after the drain."),
  duplicated: fault("duplicated", "Deliveries to a subscriber that already had that notification."),
  reordered: fault(
    "reordered",
    "Deliveries that came after a later one of the same publisher on the same channel.",
  ),
  deliveriesPerSecond: metric(
    "Deliveries",
    "a second",
    "perSecond",
    "Unique deliveries at subscribers, divided by the time from the first publish due to the last of them.",
    (metrics) => metrics.deliveriesPerSecond,
    "higher",
  ),
  cpuUser: metric(CPU, "user", "micros", CPU_ABOUT, (metrics) => metrics.serverCpuUserUsPerDelivery, "lower"),
  cpuSystem: metric(
    CPU,
    "system",
    "micros",
    CPU_ABOUT,
    (metrics) => metrics.serverCpuSystemUsPerDelivery,
    "lower",
  ),
  cpu: metric(CPU, "both", "micros", CPU_ABOUT, (metrics) => metrics.serverCpuUsPerDelivery, "lower"),
  rss: metric(
    "Server memory",
    "RSS",
    "bytes",
    "Resident memory of the server process at the end of the measured time, an empty Node process included.",
    (metrics) => metrics.serverRssBytes,
    "lower",
  ),
  heapPerConnection: slope("heapAndExternal", "heap + external"),
  rssPerConnection: slope("rss", "RSS"),
  bytesIn: metric(TCP, "in", "bytes", TCP_ABOUT, (metrics) => metrics.tcpBytesInPerDelivery, "lower"),
  bytesOut: metric(TCP, "out", "bytes", TCP_ABOUT, (metrics) => metrics.tcpBytesOutPerDelivery, "lower"),
  bytes: metric(TCP, "both", "bytes", TCP_ABOUT, (metrics) => metrics.tcpBytesPerDelivery, "lower"),
  wireBytes: metric(
    "On the wire",
    "per delivery",
    "bytes",
    "IP bytes both ways divided by the unique deliveries: TCP payload, TCP and IP headers and acknowledgements, as the loopback " +
      "interface of the trial's own network namespace counted them.",
    (metrics) => metrics.wireBytesPerDelivery,
    "lower",
  ),
  sendLagP99: quantile(
    "sendLagUs",
    "p99",
    "Send lag",
    "How late the load generator handed a publish to the transport. It is part of every latency above.",
  ),
  sendLagMax: metric(
    "Send lag",
    "max",
    "micros",
    "The largest single send lag.",
    (metrics) => metrics.sendLagUs?.max,
  ),
  loadLoop: metric(
    "Event loop busy",
    "load",
    "share",
    "Share of the measured time in which the event loop of the busiest load process was busy.",
    (metrics) => {
      const loads = metrics.processes.filter(({ role }) => role === "load");
      return loads.length > 0 ? Math.max(...loads.map((one) => one.loopUtilization)) : undefined;
    },
  ),
  serverLoop: metric(
    "Event loop busy",
    "server",
    "share",
    "Share of the measured time in which the server's event loop was busy.",
    (metrics) => metrics.serverLoopUtilization,
    "lower",
  ),
  serverLoopDelay: metric(
    SERVER_PAUSES,
    "loop delay",
    "micros",
    "How late a 20 ms timer of the server fired at worst: its event loop was doing something else.",
    (metrics) => serverOf(metrics)?.loopDelayMaxUs,
  ),
  serverGc: metric(
    SERVER_PAUSES,
    "longest gc",
    "micros",
    "The longest garbage collection of the server that happened of itself.",
    (metrics) => serverOf(metrics)?.gcLongestUs,
  ),
  otherCpus: metric(
    "Host",
    "other CPUs",
    "cpus",
    "CPUs busy with anything but the trial's own processes.",
    (metrics) => metrics.host.otherCpus,
  ),
  cpuPressure: metric(
    "Host",
    "waiting",
    "share",
    "Share of the time in which some task waited for a CPU (Linux pressure stall information).",
    (metrics) => metrics.host.cpuPressure,
  ),
  steal: metric(
    "Host",
    "stolen",
    "share",
    "Share of the CPU time that the hypervisor gave to others.",
    (metrics) => metrics.host.steal,
  ),
} satisfies Record<string, Metric>;

export type MetricKey = keyof typeof METRICS;

/** A value for every metric, in their order. */
export function mapMetrics<T>(map: (metric: Metric, key: MetricKey) => T): Record<MetricKey, T> {
  const keys = Object.keys(METRICS) as MetricKey[];
  return Object.fromEntries(keys.map((key) => [key, map(METRICS[key], key)])) as Record<MetricKey, T>;
}

function metric(
  group: string,
  label: string,
  unit: Unit,
  about: string,
  read: Metric["read"],
  better?: Metric["better"],
): Metric {
  return { group, label, unit, about, read, ...(better ? { better } : {}) };
}

/** Under this the slope is not told from the noise. */
const RESOLVED_R2 = 0.9;

function slope(memory: "rss" | "heapAndExternal", label: string): Metric {
  const read = (metrics: Metrics) => {
    const found = metrics.memoryPerConnection[memory];
    return found && found.r2 >= RESOLVED_R2 ? found.bytesPerConnection : undefined;
  };
  const unresolved = (metrics: Metrics) => metrics.memoryPerConnection[memory] !== undefined;
  return { ...metric(MEMORY, label, "bytes", MEMORY_ABOUT, read, "lower"), unresolved };
}

function serverOf({ processes }: Metrics): Metrics["processes"][number] | undefined {
  return processes.find(({ role }) => role === "server");
}

function fault(name: keyof typeof FAULT_LABELS, about: string): Metric {
  return {
    group: "Faults, all blocks",
    label: FAULT_LABELS[name],
    unit: "count",
    about,
    read: (metrics) => metrics[name],
    total: true,
  };
}
