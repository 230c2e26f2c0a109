import { defined, type Metric } from "./metric.ts";

const BACKPLANE = {
  better: "lower",
  group: "Backplane",
  views: ["scenario if measured"],
} as const;

const PER_PUBLISH =
  "over all connections of the nodes, divided by the publishes; histories that nodes read and signs of life count as well.";

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
