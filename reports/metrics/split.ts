import { defined, type Metric } from "./metric.ts";

const PART = {
  unit: "micros",
  better: "none",
  unjudged: "it is a part of the delivery latency, which is judged",
  group: "Whose time",
  combine: "mean",
  latency: true,
  oneWay: true,
} as const;

/** The delivery latency in parts that add up: means over the middle half of the traced deliveries, and over launches. */
export const SPLIT = {
  splitPublish: defined({
    ...PART,
    paths: ["split.publishUs"],
    label: "publish",
    about:
      "Part of the delivery latency: from the moment a publish was due until the hub accepted it, the publisher's client and its way " +
      "to the server included.",
    prometheus: "delivery_part_publish_seconds",
  }),
  splitServer: defined({
    ...PART,
    paths: ["split.serverUs"],
    label: "server",
    about:
      "Part of the delivery latency: from acceptance until the write to the subscriber's connection had returned. On one host the bytes " +
      "can be read from then on, or during that write.",
    prometheus: "delivery_part_server_seconds",
  }),
  splitWait: defined({
    ...PART,
    paths: ["split.waitUs"],
    label: "wait",
    about:
      "Part of the delivery latency: from there until the subscriber's process had read the bytes. It had to wake up, and was busy with " +
      "its other subscribers.",
    prometheus: "delivery_part_wait_seconds",
  }),
  splitClient: defined({
    ...PART,
    paths: ["split.clientUs"],
    label: "client",
    about:
      "Part of the delivery latency: from there until the subscriber's callback: the client library. What Node.js does to take HTTP/2 " +
      "apart, some microseconds, counts as wait.",
    prometheus: "delivery_part_client_seconds",
  }),
  clientShare: defined({
    paths: ["split.clientShare"],
    unit: "share",
    better: "none",
    unjudged:
      "it says whose time the delivery latency is, and depends on how many subscribers share a load process",
    group: "Whose time",
    label: "client's share",
    name: "the clients' share of the delivery latency",
    about: "(wait + client) / all four parts. If it is more than half, the transport is called client-bound.",
    combine: "mean",
    latency: true,
    oneWay: true,
    prometheus: "delivery_client_share_ratio",
    views: ["scenario if measured", "markdown"],
  }),
  lastWrite: defined({
    ...PART,
    paths: ["split.lastWriteUs"],
    label: "last write",
    unjudged: "it is what the server's part is made of; the delivery latency is judged",
    about:
      "Mean time from the hub's acceptance to the write to the last of a publish's subscribers. Part of it overlaps the clients' work.",
    prometheus: "fan_out_last_write_seconds",
  }),
} satisfies Record<string, Metric>;
