import { defined, type Metric } from "./metric.ts";
import { longestOutage, OUTAGE_ABOUT } from "./outage.ts";

/** How fast connections come, and what one costs that has nothing to say. */
export const CONNECTIONS = {
  connectsPerSecond: defined({
    paths: ["connections", "connectSeconds"],
    join: "quotient",
    unit: "perSecond",
    better: "higher",
    unranked: true,
    group: "Connects",
    label: "a second",
    short: "connects/s",
    about: "Connections made ready, divided by the time it took; in most scenarios the ramp limits this.",
    prometheus: "connects_per_second",
    views: ["connections"],
  }),
  idleBytes: defined({
    paths: ["tcpBytesPerConnectionHour"],
    unit: "bytes",
    better: "lower",
    group: "Idle connection",
    label: "bytes an hour",
    short: "idle/h",
    name: "TCP payload of an idle connection-hour",
    about:
      "TCP payload both ways for each connection and hour, where nothing is published: heartbeats, polls and pings.",
    prometheus: "idle_connection_hour_bytes",
    views: ["connections"],
  }),
} satisfies Record<string, Metric>;

const ERRORS = { unit: "count", better: "lower", group: "Delivery errors, total", combine: "total" } as const;

/** Whether what was published came, and came once and in order. */
export const DELIVERIES = {
  lost: defined({
    ...ERRORS,
    paths: ["lost"],
    label: "lost",
    name: "lost deliveries",
    about: "Expected (publishes x live subscribers) but not delivered, counted after the drain.",
    prometheus: "lost_deliveries",
    views: ["scenario", "markdown", "comparison"],
  }),
  duplicated: defined({
    ...ERRORS,
    paths: ["duplicated"],
    label: "dup.",
    short: "duplicated",
    about: "Deliveries to a subscriber that already had that notification.",
    prometheus: "duplicated_deliveries",
    views: ["scenario", "comparison"],
  }),
  reordered: defined({
    ...ERRORS,
    paths: ["reordered"],
    label: "reord.",
    short: "reordered",
    about: "Deliveries that came after a later one of the same publisher on the same channel.",
    prometheus: "reordered_deliveries",
    views: ["scenario", "comparison"],
  }),
  deliveriesPerSecond: defined({
    paths: ["deliveriesPerSecond"],
    unit: "perSecond",
    better: "higher",
    group: "Deliveries",
    label: "a second",
    short: "deliveries",
    about:
      "Unique deliveries at subscribers, divided by the time from the first publish due to the last of them.",
    aliases: ["throughput"],
    prometheus: "deliveries_per_second",
    views: ["scenario", "markdown", "comparison"],
  }),
} satisfies Record<string, Metric>;

/** Made of several numbers: for service levels, and for the decision where a plan breaks something. */
export const DERIVED = {
  lostShare: defined({
    paths: ["lost", "expected"],
    read: ({ lost, expected }) => (expected === 0 ? 0 : lost / expected),
    join: "quotient",
    unit: "share",
    better: "lower",
    group: "Account",
    label: "lost share",
    about: "Lost / expected.",
    aliases: ["lost%"],
    combine: "worst",
  }),
  outage: defined({
    paths: ["faults.*.seconds", "faults.*.backAfterSeconds.max"],
    join: "longest outage",
    read: longestOutage,
    unit: "seconds",
    better: "lower",
    group: "Resilience",
    label: "longest outage",
    name: "longest outage",
    about: OUTAGE_ABOUT,
  }),
  duePerDelivery: defined({
    paths: ["resumption.due", "resumption.delivered"],
    join: "quotient",
    unit: "count",
    better: "lower",
    group: "Resilience",
    label: "due for each made",
    name: "deliveries due for each made",
    about: "Deliveries due / deliveries made in the end: 1 if none was lost, 2 if half were.",
  }),
} satisfies Record<string, Metric>;

const ACCOUNT = { unit: "count", better: "lower", group: "Account", combine: "total" } as const;

/** Counts that only rules speak of. */
export const FURTHER_DELIVERIES: readonly Metric[] = [
  defined({
    paths: ["delivered"],
    unit: "count",
    better: "higher",
    group: "Account",
    label: "delivered",
    about: "Expected deliveries that arrived, each counted once.",
  }),
  defined({
    paths: ["receiptsReceived"],
    unit: "count",
    better: "higher",
    group: "Account",
    label: "receipts received",
    about: "Read receipts that came back to the sender.",
  }),
  defined({
    paths: ["backlogAtEnd"],
    unit: "count",
    better: "lower",
    group: "Account",
    label: "backlog",
    about: "Deliveries due but not made when the measured time was over, before the drain.",
  }),
  defined({
    ...ACCOUNT,
    paths: ["dropped"],
    label: "dropped",
    about: "Events that the server dropped for subscribers that did not read.",
  }),
  defined({
    ...ACCOUNT,
    paths: ["slowDisconnects"],
    label: "slow disconnects",
    about: "Subscribers that the server disconnected because they did not read.",
  }),
  defined({
    ...ACCOUNT,
    paths: ["reconnects"],
    label: "reconnects",
    about: "Connections lost and restored during the measured time.",
  }),
  defined({
    paths: ["connectSeconds"],
    unit: "seconds",
    better: "lower",
    group: "Connects",
    label: "time for all",
    about:
      "From the first connection opened to the last subscription acknowledged; in most scenarios the length of the ramp.",
  }),
  defined({
    paths: ["resumption.delivered"],
    unit: "count",
    better: "higher",
    group: "Resumption",
    label: "delivered",
    about:
      "Of what the server accepted for its subscribers, what arrived, each counted once; only if the plan has faults.",
  }),
  defined({
    ...ACCOUNT,
    paths: ["resumption.declaredLost"],
    group: "Resumption",
    label: "declared lost",
    about: "Not delivered to subscribers whose client was told that it missed something.",
  }),
  defined({
    ...ACCOUNT,
    paths: ["resumption.undeclaredLost"],
    group: "Resumption",
    label: "undeclared lost",
    about: "Not delivered to subscribers that were told nothing.",
  }),
];
