import { defined, type Metric } from "./metric.ts";

const CPU = {
  unit: "micros",
  better: "lower",
  group: "Server CPU per delivery",
  about:
    "CPU time of the whole server process over the measured time, divided by the unique deliveries. On loopback, the kernel " +
    "does the receiver's TCP work inside the sender's system call: part of the system time is the clients'. In launches heartbeats are off.",
} as const;

const SLOPE = {
  unit: "bytes",
  better: "lower",
  group: "Memory per connection",
  about:
    "Least-squares slope of the server's memory over six readings (three in a launch) as connections grow, with a forced garbage collection before each. " +
    "Unresolved where the line explains less than 90 % of the variance.",
} as const;
/** Under this the slope is lost in the noise. */
const RESOLVED_R2 = 0.9;

/** What a delivery and a connection cost the server. */
export const SERVER = {
  cpuUser: defined({
    ...CPU,
    paths: ["serverCpuUserUsPerDelivery"],
    label: "user",
    prometheus: "server_cpu_user_per_delivery_seconds",
    views: ["scenario"],
  }),
  cpuSystem: defined({
    ...CPU,
    paths: ["serverCpuSystemUsPerDelivery"],
    label: "system",
    prometheus: "server_cpu_system_per_delivery_seconds",
    views: ["scenario"],
  }),
  cpu: defined({
    ...CPU,
    paths: ["serverCpuUsPerDelivery"],
    sliced: "sliced.cpuUsPerDelivery",
    label: "both",
    short: "CPU",
    name: "server CPU per delivery",
    tab: "CPU",
    aliases: ["cpu"],
    prometheus: "server_cpu_per_delivery_seconds",
    views: ["markdown", "comparison", "pairs", "A/A"],
  }),
  rss: defined({
    paths: ["serverRssBytes"],
    unit: "bytes",
    better: "lower",
    group: "Server memory",
    label: "RSS",
    name: "server memory (RSS)",
    tab: "Memory",
    about:
      "Resident memory of the server process at the end of the measured time, an empty Node process included. In a launch the process also holds " +
      "the connections of the other scenarios that are measured in slices.",
    aliases: ["rss"],
    prometheus: "server_resident_memory_bytes",
    views: ["scenario", "connections", "markdown", "comparison", "pairs", "A/A"],
  }),
  rssAboveEmpty: defined({
    paths: ["serverRssAboveEmptyBytes"],
    unit: "bytes",
    better: "lower",
    group: "Memory above the empty server",
    label: "RSS",
    short: "above empty",
    name: "server memory above the empty server",
    tab: "Memory above empty",
    about:
      "Resident memory of the server process at the end of the measured time, less what it had before any client connected, after a " +
      "forced garbage collection: what connections and traffic added; in a launch also those of the scenarios that connected later.",
    aliases: ["rssAboveEmpty"],
    prometheus: "server_resident_memory_above_empty_bytes",
    views: ["scenario", "connections", "markdown", "comparison"],
  }),
  heapPerConnection: defined({
    ...SLOPE,
    paths: ["memoryPerConnection.heapAndExternal.bytesPerConnection"],
    resolved: { r2: "memoryPerConnection.heapAndExternal.r2", atLeast: RESOLVED_R2 },
    label: "heap + external",
    short: "heap/conn",
    name: "heap and external memory per connection",
    prometheus: "server_heap_per_connection_bytes",
    views: ["scenario", "connections"],
  }),
  rssPerConnection: defined({
    ...SLOPE,
    paths: ["memoryPerConnection.rss.bytesPerConnection"],
    resolved: { r2: "memoryPerConnection.rss.r2", atLeast: RESOLVED_R2 },
    label: "RSS",
    name: "resident memory per connection",
    prometheus: "server_resident_memory_per_connection_bytes",
    views: ["connections"],
  }),
} satisfies Record<string, Metric>;

const TCP = {
  unit: "bytes",
  better: "lower",
  group: "TCP payload per delivery",
  about:
    "Bytes read (in) and written (out) on the server's raw sockets, below TLS, divided by the unique deliveries. Publishes, " +
    "acknowledgements and receipts are included, and heartbeats except in launches, where they are off; IP and TCP headers are not.",
} as const;

/** What a delivery costs the network. */
export const BYTES = {
  bytesIn: defined({
    ...TCP,
    paths: ["tcpBytesInPerDelivery"],
    label: "in",
    prometheus: "tcp_in_per_delivery_bytes",
    views: ["scenario"],
  }),
  bytesOut: defined({
    ...TCP,
    paths: ["tcpBytesOutPerDelivery"],
    label: "out",
    prometheus: "tcp_out_per_delivery_bytes",
    views: ["scenario"],
  }),
  bytes: defined({
    ...TCP,
    paths: ["tcpBytesPerDelivery"],
    label: "both",
    short: "TCP",
    name: "TCP payload per delivery",
    tab: "Bytes",
    aliases: ["bytes"],
    prometheus: "tcp_per_delivery_bytes",
    views: ["markdown", "comparison", "pairs", "A/A"],
  }),
  wireBytes: defined({
    paths: ["wireBytesPerDelivery"],
    unit: "bytes",
    better: "lower",
    group: "Bytes on the wire",
    label: "per delivery",
    about:
      "IP bytes both ways divided by the unique deliveries: TCP payload, TCP and IP headers and acknowledgements, as the loopback " +
      "interface of the trial's own network namespace counted them.",
    prometheus: "ip_per_delivery_bytes",
    views: ["scenario if measured"],
  }),
} satisfies Record<string, Metric>;

const MEMORY = { unit: "bytes", better: "lower", group: "Server memory" } as const;

/** Of the server's memory, what only rules speak of. */
export const FURTHER_SERVER: readonly Metric[] = [
  defined({
    ...MEMORY,
    paths: ["serverHeapUsedBytes"],
    label: "heap",
    about: "JavaScript heap in use at the end of the measured time.",
  }),
  defined({
    ...MEMORY,
    paths: ["serverExternalBytes"],
    label: "external",
    about: "Memory outside the heap that JavaScript objects hold, at the end of the measured time.",
  }),
  defined({
    ...MEMORY,
    paths: ["serverRssPeakGrowthBytes"],
    label: "peak growth",
    about:
      "Highest resident memory on the time line, less that before the first fault; only if the plan has faults.",
  }),
  defined({
    ...MEMORY,
    paths: ["mostHeldBytes"],
    label: "most held",
    about: "The most unread bytes that the server held for one subscriber, counted as for its limit.",
  }),
];
