import type { Latency, Metrics } from "../../harness/result/result.ts";
import { defined, type Facts, type Metric } from "./metric.ts";
import type { Path } from "./paths.ts";

/** The latencies that a trial records. */
type LatencyKey = {
  [K in keyof Metrics]-?: NonNullable<Metrics[K]> extends Latency ? K : never;
}[keyof Metrics];

/** One in how many lies beyond the quantile. */
const QUANTILES = { p50: 2, p90: 10, p99: 100, p999: 1_000 } as const;
type Quantile = keyof typeof QUANTILES;
/** From one in so many on, a launch has too few publishes of its own. */
const TAIL = 100;
const QUANTILE_LABELS: Readonly<Record<Quantile, string>> = {
  p50: "p50",
  p90: "p90",
  p99: "p99",
  p999: "p99.9",
};
const QUANTILE_NAMES: Readonly<Record<Quantile, string>> = {
  p50: "median",
  p90: "p90 of",
  p99: "p99 of",
  p999: "p99.9 of",
};

/** What all metrics of one latency share. */
interface Distribution extends Pick<Facts, "group" | "about" | "unjudged" | "oneWay"> {
  readonly of: LatencyKey;
  /** In rules: "receipt.p50". */
  readonly alias?: string;
  /** In a sentence: "delivery latency". */
  readonly name: string;
}

const DELIVERY: Distribution = {
  of: "deliveryLatencyUs",
  oneWay: true,
  group: "Delivery latency",
  name: "delivery latency",
  alias: "delivery",
  about:
    "Time from the moment a publish was due to the first line of the subscriber's message callback, decoded but not yet looked at. " +
    "Sampled in the load process, for every delivery; where a crowd is drained, for those of its probes.",
};
const SERVICE: Distribution = {
  of: "serviceLatencyUs",
  oneWay: true,
  group: "Service latency",
  name: "service latency",
  alias: "service",
  about:
    "Delivery latency from the moment the publish was really sent: what is left without the load generator's own lag.",
};
const PUBLISH: Distribution = {
  of: "publishLatencyUs",
  group: "Publish ack",
  name: "publish acknowledgement",
  alias: "ack",
  about:
    "Time from the moment a publish was due to the server's acknowledgement at the publisher. Sampled in the load process.",
};
const RECEIPT: Distribution = {
  of: "receiptLatencyUs",
  group: "Receipt",
  name: "time to the read receipt",
  alias: "receipt",
  about:
    "Time from the moment a publish was due until the recipient's read receipt was back at the sender: four trips over " +
    "the transport. Sampled in the load process; absent where nobody marks as read.",
};
const READY: Distribution = {
  of: "readyLatencyUs",
  group: "Time to ready",
  name: "time to ready",
  alias: "ready",
  about:
    "Time from a connection's first byte to the acknowledgement of its last subscription, its token verified on the way. Sampled in " +
    "the load process, for every connection; clients and server share the machine.",
};
const SEND_LAG: Distribution = {
  of: "sendLagUs",
  group: "Send lag",
  name: "send lag",
  about: "How late the load generator handed a publish to the transport. It is part of every latency above.",
  unjudged: "it is the load generator's own, and makes a trial invalid where it is too large",
};

/** What a latency tells besides its quantiles. */
const OTHERS = {
  min: "The smallest single value.",
  mean: "The arithmetic mean.",
  max: "The largest single value.",
  negative: "Values below zero, which a clock error gives, and which make a trial invalid.",
} as const;
type Statistic = Quantile | keyof typeof OTHERS;
const OTHER_NAMES = { min: "lowest", mean: "mean", max: "highest" } as const;

/** The latencies that reports show, those from the due time on first. */
export const LATENCIES = {
  deliveryP50: metric(DELIVERY, "p50", {
    sliced: "sliced.p50Us",
    tab: "Delivery p50",
    views: ["scenario", "markdown", "comparison", "pairs", "A/A"],
  }),
  deliveryP90: metric(DELIVERY, "p90", { views: ["scenario", "markdown", "comparison"] }),
  deliveryP99: metric(DELIVERY, "p99", {
    tab: "Delivery p99",
    views: ["scenario", "markdown", "comparison", "pairs"],
  }),
  deliveryP999: metric(DELIVERY, "p999", { views: ["scenario if measured"] }),
  serviceP50: metric(SERVICE, "p50", { views: ["circumstances"] }),
  serviceP99: metric(SERVICE, "p99", { views: ["circumstances"] }),
  publishP50: metric(PUBLISH, "p50", { short: "ack p50", views: ["scenario", "comparison"] }),
  receiptP50: metric(RECEIPT, "p50", {
    short: "receipt p50",
    tab: "Receipts",
    views: ["scenario if measured", "markdown", "comparison"],
  }),
  readyP50: metric(READY, "p50", { short: "ready p50", views: ["connections"] }),
  readyP99: metric(READY, "p99", { short: "ready p99", views: ["connections"] }),
} satisfies Record<string, Metric>;

export const SEND_LAGS = {
  sendLagP99: metric(SEND_LAG, "p99", { views: ["circumstances"] }),
  sendLagMax: metric(SEND_LAG, "max", {
    prometheus: "send_lag_max_seconds",
    views: ["circumstances"],
  }),
} satisfies Record<string, Metric>;

/** The statistics of all latencies that only rules speak of. */
export function furtherLatencies(shown: readonly Metric[]): Metric[] {
  const statistics = [...Object.keys(QUANTILES), ...Object.keys(OTHERS)] as Statistic[];
  return [DELIVERY, SERVICE, PUBLISH, RECEIPT, READY, SEND_LAG]
    .flatMap((distribution) => statistics.map((statistic) => metric(distribution, statistic)))
    .filter(({ paths: [path] }) => !shown.some(({ paths }) => paths[0] === path));
}

function metric(
  { of, alias, name, about, ...distribution }: Distribution,
  statistic: Statistic,
  shown: Pick<Facts, "short" | "tab" | "views" | "prometheus" | "sliced"> = {},
): Metric {
  const path: Path = `${of}.${statistic}`;
  const isJudged = distribution.unjudged === undefined;
  const aliases = alias === undefined ? [] : [`${alias}.${statistic}`];
  const shared = {
    ...distribution,
    paths: [path],
    unit: "micros",
    better: isJudged ? "lower" : "none",
  } as const;
  if (statistic === "negative")
    return defined({
      ...shared,
      unit: "count",
      label: statistic,
      about: OTHERS[statistic],
      aliases,
      combine: "total",
    });
  const latency = isJudged ? ({ latency: true } as const) : {};
  if (!isQuantile(statistic))
    return defined({
      ...shared,
      ...latency,
      label: statistic,
      name: `${OTHER_NAMES[statistic]} ${name}`,
      about: OTHERS[statistic],
      aliases,
      ...shown,
    });
  return defined({
    ...shared,
    ...latency,
    label: QUANTILE_LABELS[statistic],
    name: `${QUANTILE_NAMES[statistic]} ${name}`,
    about,
    aliases: alias === "delivery" ? [statistic, ...aliases] : aliases,
    quantile: {
      oneIn: QUANTILES[statistic],
      publishes: `${of}.publishes`,
      ...(isJudged && QUANTILES[statistic] >= TAIL && { tail: (metrics: Metrics) => metrics[of] }),
    },
    prometheus: `${distribution.group.toLowerCase().replaceAll(" ", "_")}_seconds`,
    ...shown,
  });
}

function isQuantile(statistic: Statistic): statistic is Quantile {
  return Object.hasOwn(QUANTILES, statistic);
}
