import { z } from "zod";

/** More than one machine has processors for. */
export const MOST_NODES = 16;

/** The service on several server processes (nodes), and the engines beside them. */
export const clusterSchema = z
  .strictObject({
    nodes: z.int().min(1).max(MOST_NODES),
    /** What the nodes share channels over; a single node needs none. */
    backplane: z.enum(["none", "redis"]),
    /** What stands between clients and nodes; `none`: the lab deals its clients out to the nodes in turn. */
    balancer: z.enum(["none", "haproxy", "nginx"]),
    /** Whether the balancer sends all requests of a session to one node, on transports that need it. Default true. */
    sticky: z.boolean().optional(),
  })
  .refine(({ nodes, backplane }) => nodes === 1 || backplane !== "none", {
    message: "several nodes need a backplane",
  });

export type Cluster = z.infer<typeof clusterSchema>;
export const BALANCERS = clusterSchema.shape.balancer.options;
