import { METRICS_PORT, NODES } from "./settings.ts";

/** As the job is called in every rule and panel. */
export const JOB = "notif-lab";
const of = `{job="${JOB}"}`;

/** Memory that Kubernetes allows a pod (kubernetes.ts). */
const MEMORY_LIMIT = "512 * 1024 * 1024";

export function prometheusConfig(): object {
  return {
    global: { scrape_interval: "15s", evaluation_interval: "15s" },
    rule_files: ["recording-rules.yml", "alert-rules.yml"],
    scrape_configs: [
      {
        job_name: JOB,
        static_configs: [{ targets: NODES.map(({ name }) => `${name}:${METRICS_PORT}`) }],
      },
    ],
  };
}

interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

const RATE = "[5m]";
const quantile = (share: number) =>
  `histogram_quantile(${share}, sum by (job, le) (rate(notif_lab_publish_to_write_seconds_bucket${RATE})))`;

/** What the dashboard and the alerts ask for again and again. */
export const RECORDING_RULES: readonly RecordingRule[] = [
  {
    record: "job_transport:notif_lab_connections:sum",
    expr: "sum by (job, transport) (notif_lab_connections)",
  },
  { record: "job:notif_lab_publishes:rate5m", expr: `sum by (job) (rate(notif_lab_publishes_total${RATE}))` },
  {
    record: "job:notif_lab_deliveries:rate5m",
    expr: `sum by (job) (rate(notif_lab_deliveries_total${RATE}))`,
  },
  { record: "job:notif_lab_publish_to_write_seconds:p50", expr: quantile(0.5) },
  { record: "job:notif_lab_publish_to_write_seconds:p99", expr: quantile(0.99) },
  {
    record: "job:notif_lab_losses:rate5m",
    expr:
      `sum by (job) (rate(notif_lab_events_dropped_total${RATE})) + sum by (job) (rate(notif_lab_gaps_total${RATE})) ` +
      `+ sum by (job) (rate(notif_lab_slow_subscribers_cut_total${RATE}))`,
  },
];

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: "critical" | "warning";
  /** What one sees, with the instance. */
  readonly summary: string;
  /** What it means and what to do. */
  readonly description: string;
}

export const ALERTS: readonly Alert[] = [
  {
    alert: "NotifLabNodeDown",
    expr: `up${of} == 0`,
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.instance }} does not answer",
    description:
      "The node has ended, hangs, or can't be reached. Look at its last log lines; its clients have moved to other nodes if it is gone.",
  },
  {
    alert: "NotifLabBackplaneAway",
    expr: `notif_lab_backplane_up${of} == 0`,
    for: "30s",
    severity: "critical",
    summary: "{{ $labels.instance }} does not reach the backplane",
    description:
      "Publishes on this node are refused with `unavailable`, and /readyz answers 503. If all nodes say so, look at Redis; if one does, at its network.",
  },
  {
    alert: "NotifLabSlowToWrite",
    expr: `job:notif_lab_publish_to_write_seconds:p99${of} > 0.25`,
    for: "5m",
    severity: "warning",
    summary: "1 % of the notifications take longer than 250 ms to be handed over",
    description:
      "The nodes have more to write than they can: add nodes, or look for a channel with very many subscribers. Behind a backplane it may be Redis, or clocks that differ.",
  },
  {
    alert: "NotifLabLosingEvents",
    expr: `job:notif_lab_losses:rate5m${of} > 1`,
    for: "5m",
    severity: "warning",
    summary: "More than one event a second is lost to slow subscribers or gaps",
    description:
      "Clients read more slowly than is published, or the backplane has lost its history. Clients are told and can fetch what they missed; if many are slow, publish less to them.",
  },
  {
    alert: "NotifLabEventLoopBlocked",
    expr: `nodejs_eventloop_lag_p99_seconds${of} > 0.1`,
    for: "5m",
    severity: "warning",
    summary: "The event loop of {{ $labels.instance }} is late by more than 100 ms",
    description:
      "The node has more to do than one processor can: everybody on it waits. Add nodes; notif_lab_sent_bytes_total and the CPU say whether it is traffic.",
  },
  {
    alert: "NotifLabInternalErrors",
    expr: `increase(notif_lab_internal_errors_total${of}[5m]) > 0`,
    for: "0m",
    severity: "warning",
    summary: "{{ $labels.instance }} had an error of its own",
    description:
      "An error in the service, not in what a client sent; its connection was ended. The log has a line for it, with --debug the place in the code.",
  },
  {
    alert: "NotifLabTokensRefused",
    expr: `sum by (job) (rate(notif_lab_requests_refused_total{job="${JOB}", code="unauthenticated"}${RATE})) > 1`,
    for: "5m",
    severity: "warning",
    summary: "More than one token a second is refused",
    description:
      "Clients with expired tokens that don't fetch new ones, nodes with different keys (NOTIF_LAB_SECRET), or somebody who is guessing.",
  },
  {
    alert: "NotifLabConnectionsRefused",
    expr: `sum by (job, reason) (rate(notif_lab_connections_refused_total${of}${RATE})) > 1`,
    for: "5m",
    severity: "warning",
    summary: "More than one connection a second is refused ({{ $labels.reason }})",
    description:
      "address-limit: one address has too many connections; behind a balancer that may be all clients (--trust-proxy, --connections-per-address). origin: pages that --origins does not list.",
  },
  {
    alert: "NotifLabMemoryGrows",
    expr: `predict_linear(process_resident_memory_bytes${of}[1h], 4 * 3600) > ${MEMORY_LIMIT}`,
    for: "30m",
    severity: "warning",
    summary: "{{ $labels.instance }} will exceed 512 MiB within four hours",
    description:
      "More connections, a longer replay window, or a leak. Compare with notif_lab_connections and notif_lab_replay_bytes; a node that is replaced begins anew.",
  },
];

export function recordingRules(): object {
  return { groups: [{ name: "notif-lab-recording", rules: RECORDING_RULES }] };
}

export function alertRules(): object {
  const rules = ALERTS.map(({ severity, summary, description, ...rule }) => ({
    ...rule,
    labels: { severity },
    annotations: { summary, description },
  }));
  return { groups: [{ name: "notif-lab-alerts", rules }] };
}
