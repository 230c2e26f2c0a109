import { JOB } from "./prometheus.ts";

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
}

const of = `{job="${JOB}"}`;
const ofRate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}${of}[$__rate_interval]))`;

/** A row of the dashboard: what it answers, in panels from left to right. */
const ROWS: readonly { readonly title: string; readonly panels: readonly Panel[] }[] = [
  {
    title: "Clients",
    panels: [
      {
        title: "Connections by transport",
        description: "Open connections, whether or not somebody has been let in on them.",
        unit: "short",
        queries: [{ expr: `job_transport:notif_lab_connections:sum${of}`, legend: "{{transport}}" }],
      },
      {
        title: "Sessions by node",
        description: "Authenticated sessions. A node that drains goes to 0.",
        unit: "short",
        queries: [{ expr: `notif_lab_sessions${of}`, legend: "{{instance}}" }],
      },
      {
        title: "Refused",
        description: "Requests by code, and connections by reason, a second.",
        unit: "ops",
        queries: [
          { expr: ofRate("notif_lab_requests_refused_total", "code"), legend: "{{code}}" },
          {
            expr: ofRate("notif_lab_connections_refused_total", "reason"),
            legend: "connections: {{reason}}",
          },
        ],
      },
    ],
  },
  {
    title: "Messages",
    panels: [
      {
        title: "Message rate",
        description: "Publishes, deliveries to subscribers, and read receipts a second, on all nodes.",
        unit: "ops",
        queries: [
          { expr: ofRate("notif_lab_publishes_total", "job"), legend: "publishes" },
          { expr: ofRate("notif_lab_deliveries_total", "job"), legend: "deliveries" },
          { expr: ofRate("notif_lab_receipts_total", "job"), legend: "receipts" },
        ],
      },
      {
        title: "Latency from publish to write",
        description:
          "Until all subscribers of a node were handed to their transports; the network and the client come on top.",
        unit: "s",
        queries: [0.5, 0.9, 0.99].map((share) => ({
          expr: `histogram_quantile(${share}, sum by (le) (rate(notif_lab_publish_to_write_seconds_bucket${of}[$__rate_interval])))`,
          legend: `p${100 * share}`,
        })),
      },
      {
        title: "Losses",
        description:
          "Events that were dropped, subscribers that were cut off, and gaps that were told, a second. All are told to clients.",
        unit: "ops",
        queries: [
          { expr: ofRate("notif_lab_events_dropped_total", "job"), legend: "events dropped" },
          { expr: ofRate("notif_lab_slow_subscribers_cut_total", "job"), legend: "slow subscribers cut" },
          { expr: ofRate("notif_lab_gaps_total", "job"), legend: "gaps" },
        ],
      },
    ],
  },
  {
    title: "Nodes",
    panels: [
      {
        title: "Memory",
        description: "Resident memory, and the heap in it.",
        unit: "bytes",
        queries: [
          { expr: `process_resident_memory_bytes${of}`, legend: "{{instance}}" },
          { expr: `nodejs_heap_size_used_bytes${of}`, legend: "{{instance}} heap" },
        ],
      },
      {
        title: "Event loop",
        description: "How late timers fire (p99), and the share of time in which the loop is busy.",
        unit: "s",
        queries: [
          { expr: `nodejs_eventloop_lag_p99_seconds${of}`, legend: "{{instance}} delay p99" },
          {
            expr: `rate(nodejs_eventloop_active_seconds_total${of}[$__rate_interval])`,
            legend: "{{instance}} busy, seconds a second",
          },
        ],
      },
      {
        title: "Traffic by transport",
        description: "Bytes on the sockets, TLS and headers included.",
        unit: "Bps",
        queries: [
          { expr: ofRate("notif_lab_sent_bytes_total", "transport"), legend: "{{transport}} out" },
          { expr: ofRate("notif_lab_received_bytes_total", "transport"), legend: "{{transport}} in" },
        ],
      },
      {
        title: "Backplane",
        description: "1 while a node reaches it; no line without a backplane.",
        unit: "short",
        queries: [{ expr: `notif_lab_backplane_up${of}`, legend: "{{instance}}" }],
      },
    ],
  },
];

const WIDTH = 24;
const HEIGHT = 8;
const DATASOURCE = { type: "prometheus", uid: "$datasource" };

/** A dashboard as Grafana 10 and newer import it; asks for the source of its data when it is imported. */
export function dashboard(): object {
  const panels: object[] = [];
  let y = 0;
  for (const row of ROWS) {
    panels.push({
      id: panels.length + 1,
      type: "row",
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    });
    y += 1;
    const w = Math.floor(WIDTH / row.panels.length);
    row.panels.forEach((panel, index) => {
      panels.push(timeSeries(panel, panels.length + 1, { x: index * w, y, w, h: HEIGHT }));
    });
    y += HEIGHT;
  }
  return {
    uid: "notif-lab",
    title: "notif-lab",
    description: "Nodes of notif-lab serve: clients, messages, latency, losses, memory.",
    tags: ["notif-lab"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: "browser",
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: {
      list: [
        {
          name: "datasource",
          label: "Prometheus",
          type: "datasource",
          query: "prometheus",
          current: {},
          hide: 0,
        },
      ],
    },
    annotations: { list: [] },
    panels,
  };
}

function timeSeries({ title, description, unit, queries }: Panel, id: number, gridPos: object): object {
  return {
    id,
    type: "timeseries",
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 10 } }, overrides: [] },
    options: {
      legend: { displayMode: "list", placement: "bottom" },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}

/** Every query of the dashboard, for those who check them. */
export const QUERIES: readonly string[] = ROWS.flatMap(({ panels }) =>
  panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
);

/** Where Grafana of compose.yaml finds Prometheus, and its dashboards. */
export function grafanaProvisioning(): Readonly<Record<string, object>> {
  return {
    "datasources/prometheus.yaml": {
      apiVersion: 1,
      datasources: [
        {
          name: "Prometheus",
          uid: "prometheus",
          type: "prometheus",
          access: "proxy",
          url: "http://prometheus:9090",
          isDefault: true,
        },
      ],
    },
    "dashboards/notif-lab.yaml": {
      apiVersion: 1,
      providers: [{ name: "notif-lab", type: "file", options: { path: "/var/lib/grafana/dashboards" } }],
    },
  };
}
