import { defined, type Metric } from "./metric.ts";

const BACKPLANE = {
  better: "lower",
  group: "Backplane",
  views: ["scenario if measured"],
} as const;

const PER_PUBLISH =
  "over all connections of the nodes, divided by the publishes; histories that nodes read and signs of life count as well.";

const NODE_LATENCY = {
  unit: "micros",
  better: "lower",
  group: "Delivery by node",
  latency: true,
  views: ["scenario if measured"],
} as const;

const BY_NODE =
  "by where each user was when the measurement began; without faults only, which move users. With the lab's backplane even what stays on a node goes by way of Redis.";

/** What the engines beside the nodes cost. */
export const CLUSTER = {
  backplaneCpu: defined({
    ...BACKPLANE,
    paths: ["cluster.backplaneCpuUsPerDelivery"],
    unit: "micros",
    label: "CPU per delivery",
    about:
      "CPU time of Redis over the measured time, divided by the unique deliveries; the server's CPU does not contain it.",
    aliases: ["backplaneCpu"],
    prometheus: "backplane_cpu_per_delivery_seconds",
  }),
  backplaneCommands: defined({
    ...BACKPLANE,
    paths: ["cluster.backplaneCommandsPerPublish"],
    unit: "count",
    label: "commands per publish",
    about: `Commands that Redis processed, those within scripts as well, ${PER_PUBLISH}`,
    prometheus: "backplane_commands_per_publish",
  }),
  backplaneBytesIn: defined({
    ...BACKPLANE,
    paths: ["cluster.backplaneBytesInPerPublish"],
    unit: "bytes",
    label: "in per publish",
    about: `Bytes that Redis read ${PER_PUBLISH}`,
    prometheus: "backplane_in_per_publish_bytes",
  }),
  backplaneBytesOut: defined({
    ...BACKPLANE,
    paths: ["cluster.backplaneBytesOutPerPublish"],
    unit: "bytes",
    label: "out per publish",
    about: `Bytes that Redis wrote ${PER_PUBLISH}`,
    prometheus: "backplane_out_per_publish_bytes",
  }),
  sameNodeP50: defined({
    ...NODE_LATENCY,
    paths: ["cluster.sameNodeP50Us"],
    label: "same node p50",
    about: `Median delivery latency where the publisher was on the subscriber's node, ${BY_NODE}`,
    prometheus: "same_node_latency_seconds",
    quantile: { oneIn: 2, publishes: "publishes" },
  }),
  otherNodeP50: defined({
    ...NODE_LATENCY,
    paths: ["cluster.otherNodeP50Us"],
    label: "other node p50",
    about: `Median delivery latency where the publisher was on another node, so that the event came over the backplane, ${BY_NODE}`,
    prometheus: "other_node_latency_seconds",
    quantile: { oneIn: 2, publishes: "publishes" },
  }),
  sameNodeP99: defined({
    ...NODE_LATENCY,
    paths: ["cluster.sameNodeP99Us"],
    label: "same node p99",
    about: `99th percentile of the delivery latency where the publisher was on the subscriber's node, ${BY_NODE}`,
    prometheus: "same_node_latency_seconds",
    quantile: { oneIn: 100, publishes: "publishes" },
  }),
  otherNodeP99: defined({
    ...NODE_LATENCY,
    paths: ["cluster.otherNodeP99Us"],
    label: "other node p99",
    about: `99th percentile of the delivery latency where the publisher was on another node, ${BY_NODE}`,
    prometheus: "other_node_latency_seconds",
    quantile: { oneIn: 100, publishes: "publishes" },
  }),
  balancerCpu: defined({
    paths: ["cluster.balancerCpuUsPerDelivery"],
    unit: "micros",
    better: "lower",
    group: "Load balancer",
    label: "CPU per delivery",
    about:
      "CPU time of the load balancer's processes over the measured time, divided by the unique deliveries; the server's CPU does not contain it.",
    aliases: ["balancerCpu"],
    prometheus: "balancer_cpu_per_delivery_seconds",
    views: ["scenario if measured"],
  }),
} satisfies Record<string, Metric>;
