import { ERROR_CODES } from "../../core/errors.ts";
import { BUCKETS } from "./publish-to-write.ts";
import type { HubState, ServiceState } from "./state.ts";

/** One value of a series, with its labels. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What `--metrics` says of a service, read when it is asked for: counting costs a message nothing more for it. */
export interface Series {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  /** Names of its labels. What they may be is bounded: no user, no channel. */
  readonly labels?: readonly string[];
  read(state: ServiceState): readonly Sample[];
}

const one = (value: number): readonly Sample[] => [{ value }];

/** Of each hub; with the scenario where a run measures it. */
const ofHubs =
  (read: (hub: HubState) => readonly Sample[]) =>
  ({ hubs }: ServiceState): readonly Sample[] =>
    hubs.flatMap((hub) => {
      const { scenario } = hub;
      if (scenario === undefined) return read(hub);
      return read(hub).map(({ value, labels }) => ({ value, labels: { ...labels, scenario } }));
    });

const ofHub = (
  type: Series["type"],
  name: string,
  help: string,
  read: (hub: HubState) => number,
): Series => ({ type, name, help, read: ofHubs((hub) => one(read(hub))) });

const ofSockets = (
  type: Series["type"],
  name: string,
  help: string,
  read: (sockets: ServiceState["sockets"][number]) => number,
): Series => ({
  type,
  name,
  help,
  labels: ["transport"],
  read: ({ sockets }) =>
    sockets.map((each) => ({ value: read(each), labels: { transport: each.transport } })),
});

const ofProcess = (
  type: Series["type"],
  name: string,
  help: string,
  read: (sample: ServiceState["process"]) => number,
): Series => ({ type, name, help, read: ({ process }) => one(read(process)) });

/** Names and units as Prometheus has them; those of the process are what exporters of Node.js call the same. */
export const SERIES: readonly Series[] = [
  {
    name: "notif_lab_build_info",
    type: "gauge",
    help: "Always 1; its labels say what runs.",
    labels: ["version", "nodejs"],
    read: ({ version }) => [{ value: 1, labels: { version, nodejs: process.versions.node } }],
  },
  ofSockets(
    "gauge",
    "notif_lab_connections",
    "Connections that are open, whether or not somebody has been let in on them.",
    ({ sockets }) => sockets,
  ),
  ofSockets(
    "counter",
    "notif_lab_connections_accepted_total",
    "Connections that were accepted, those that were refused later included.",
    ({ accepted }) => accepted,
  ),
  {
    name: "notif_lab_connections_refused_total",
    type: "counter",
    help: "Connections that were refused before anybody showed a token: address-limit (too many from one address) or origin (a page that is not listed).",
    labels: ["reason"],
    read: ({ refusedConnections }) =>
      (["address-limit", "origin"] as const).map((reason) => ({
        value: refusedConnections.get(reason) ?? 0,
        labels: { reason },
      })),
  },
  ofSockets(
    "counter",
    "notif_lab_received_bytes_total",
    "Bytes that came in on the sockets, TLS and every header included.",
    ({ bytesIn }) => bytesIn,
  ),
  ofSockets(
    "counter",
    "notif_lab_sent_bytes_total",
    "Bytes that were written to the sockets, TLS and every header included.",
    ({ bytesOut }) => bytesOut,
  ),
  ofHub(
    "gauge",
    "notif_lab_sessions",
    "Sessions of authenticated users, on all transports.",
    ({ counters }) => counters.sessions,
  ),
  ofHub(
    "counter",
    "notif_lab_publishes_total",
    "Notifications that were accepted from clients of this node.",
    ({ counters }) => counters.published,
  ),
  ofHub(
    "counter",
    "notif_lab_deliveries_total",
    "Events handed to transports, once for each subscriber on this node; receipts included.",
    ({ counters }) => counters.delivered,
  ),
  ofHub(
    "counter",
    "notif_lab_receipts_total",
    "Notifications that were marked as read by clients of this node, once for each reader.",
    ({ counters }) => counters.receipts,
  ),
  {
    name: "notif_lab_requests_refused_total",
    type: "counter",
    help: "What the service refused, by the code of docs/errors.md: connects without a valid token, publishes beyond the limit, ...",
    labels: ["code"],
    read: ofHubs(({ refusals }) =>
      ERROR_CODES.flatMap((code) => {
        const value = refusals.get(code);
        return value === undefined ? [] : [{ value, labels: { code } }];
      }),
    ),
  },
  ofHub(
    "counter",
    "notif_lab_slow_subscribers_cut_total",
    "Subscribers that were disconnected, because they left too much unread.",
    ({ counters }) => counters.slowDisconnects,
  ),
  ofHub(
    "counter",
    "notif_lab_events_dropped_total",
    "Events that were dropped for subscribers who left too much unread (long polling).",
    ({ counters }) => counters.dropped,
  ),
  ofHub(
    "counter",
    "notif_lab_gaps_total",
    "Subscribers that were told of events that are lost, once for each of their channels.",
    ({ counters }) => counters.gaps,
  ),
  ofHub(
    "counter",
    "notif_lab_internal_errors_total",
    "Errors in the service itself; each has ended the connection on which it happened.",
    ({ counters }) => counters.internal,
  ),
  ofHub(
    "gauge",
    "notif_lab_unread_bytes_max",
    "The most that was held unread for one subscriber since the service began.",
    ({ counters }) => counters.mostHeldBytes,
  ),
  ofHub(
    "gauge",
    "notif_lab_replay_bytes",
    "What the events kept for clients that resume take, by an estimate.",
    ({ replayBytes }) => replayBytes,
  ),
  {
    name: "notif_lab_backplane_up",
    type: "gauge",
    help: "1 while the node reaches the backplane, 0 while it does not; absent without a backplane.",
    read: ({ backplane }) => (backplane ? one(Number(backplane.up)) : []),
  },
  {
    name: "notif_lab_backplane_outages_total",
    type: "counter",
    help: "How often the node has lost the backplane; absent without a backplane.",
    read: ({ backplane }) => (backplane ? one(backplane.outages) : []),
  },
  {
    name: "notif_lab_draining",
    type: "gauge",
    help: "1 from SIGTERM on, while the node tells its clients to move.",
    read: ({ draining }) => one(Number(draining)),
  },
  {
    name: "process_start_time_seconds",
    type: "gauge",
    help: "When the process began, since the Unix epoch.",
    read: ({ startedAt }) => one(startedAt),
  },
  ofProcess(
    "counter",
    "process_cpu_user_seconds_total",
    "CPU time of the process in its own code.",
    ({ cpuUserUs }) => cpuUserUs / 1e6,
  ),
  ofProcess(
    "counter",
    "process_cpu_system_seconds_total",
    "CPU time of the process in the kernel.",
    ({ cpuSystemUs }) => cpuSystemUs / 1e6,
  ),
  ofProcess(
    "gauge",
    "process_resident_memory_bytes",
    "Resident memory of the process.",
    ({ rssBytes }) => rssBytes,
  ),
  ofProcess("gauge", "nodejs_heap_size_used_bytes", "Used heap of V8.", ({ heapUsedBytes }) => heapUsedBytes),
  ofProcess(
    "gauge",
    "nodejs_external_memory_bytes",
    "Memory of buffers and the like outside of the heap.",
    ({ externalBytes }) => externalBytes,
  ),
  ofProcess(
    "gauge",
    "nodejs_eventloop_lag_p99_seconds",
    "How late timers fired since the scrape before: 99th percentile, measured every 20 ms.",
    ({ loopDelayP99Us }) => loopDelayP99Us / 1e6,
  ),
  ofProcess(
    "gauge",
    "nodejs_eventloop_lag_max_seconds",
    "How late timers fired since the scrape before: the longest.",
    ({ loopDelayMaxUs }) => loopDelayMaxUs / 1e6,
  ),
  ofProcess(
    "counter",
    "nodejs_eventloop_active_seconds_total",
    "Time in which the event loop was busy; its rate is the loop's utilization.",
    ({ loopActiveMs }) => loopActiveMs / 1e3,
  ),
  ofProcess("counter", "nodejs_gc_pauses_total", "Garbage collections.", ({ gcPauses }) => gcPauses),
  ofProcess(
    "counter",
    "nodejs_gc_pause_seconds_total",
    "Time in garbage collections.",
    ({ gcPausedUs }) => gcPausedUs / 1e6,
  ),
];

/** The one series that is fed as things happen, once a publish. */
export const PUBLISH_TO_WRITE = {
  name: "notif_lab_publish_to_write_seconds",
  help:
    "From a publish until this node had handed the notification to the transports of all its subscribers, which write it or hold it for them. " +
    "Behind a backplane by the clock of the publishing node, to the millisecond.",
  buckets: BUCKETS,
} as const;

/** What a scrape shows by name, the parts of the histogram included. */
export const SERIES_NAMES: readonly string[] = [
  ...SERIES.map(({ name }) => name),
  ...["_bucket", "_sum", "_count"].map((part) => `${PUBLISH_TO_WRITE.name}${part}`),
];
