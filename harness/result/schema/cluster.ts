import { z } from "zod";
import { MOST_NODES } from "../../../scenarios/cluster.ts";
import { count, micros, ratio } from "./units.ts";

/** What nodes and engines did, in the measured time and the drain. */
export const clusterFiguresSchema = z.strictObject({
  nodes: z
    .array(
      z.strictObject({
        clientsBefore: count.describe("when the measurement began"),
        clientsAfter: count.describe("at its end"),
      }),
    )
    .max(MOST_NODES),
  backplaneCpuUsPerDelivery: micros.optional().describe("user + system CPU of Redis / delivered"),
  backplaneCommandsPerPublish: ratio
    .optional()
    .describe("commands that Redis processed / publishes; those in scripts count as well"),
  backplaneBytesInPerPublish: ratio
    .optional()
    .describe("bytes that Redis read from its connections / publishes"),
  backplaneBytesOutPerPublish: ratio
    .optional()
    .describe("bytes that Redis wrote to its connections / publishes"),
  backplaneMemoryBytes: count.optional().describe("that Redis used at the end (used_memory)"),
  sameNodeDeliveries: count
    .optional()
    .describe("whose publisher was on the subscriber's node, by where users were when the measurement began"),
  sameNodeP50Us: micros.optional().describe("of the delivery latency of these"),
  sameNodeP99Us: micros.optional().describe("of the delivery latency of these"),
  otherNodeDeliveries: count.optional().describe("whose publisher was on another node than the subscriber"),
  otherNodeP50Us: micros.optional().describe("of the delivery latency of these"),
  otherNodeP99Us: micros.optional().describe("of the delivery latency of these"),
  balancerCpuUsPerDelivery: micros.optional().describe("user + system CPU of the load balancer / delivered"),
});
