import { z } from "zod";

/** More than one machine has processors for. */
export const MOST_NODES = 16;

/** The service on several server processes (nodes), and the engines beside them. */
export const clusterSchema = z
  .strictObject({
    nodes: z.int().min(1).max(MOST_NODES),
    /** What the nodes share channels over; a single node needs none. */
    backplane: z.enum(["none", "redis"]),
    /** Where a Redis stands that is not the lab's, without a password; absent: the lab starts one. */
    redisAt: z
      .string()
      .max(300)
      .regex(/^rediss?:\/\/[^@\s]+$/)
      .optional(),
    /** What stands between clients and nodes; `none`: the lab deals its clients out to the nodes in turn. */
    balancer: z.enum(["none", "haproxy", "nginx", "own"]),
    /** Of the balancer `own`, which is not the lab's: where clients connect, and the ports on 127.0.0.1 where it looks for the nodes. */
    own: z
      .strictObject({
        address: z
          .string()
          .max(300)
          .regex(/^(http|tcp):\/\/[^@/\s]+$/),
        nodePorts: z.array(z.int().min(1).max(65_535)).min(1).max(MOST_NODES),
      })
      .optional(),
    /** Whether the balancer sends all requests of a session to one node, on transports that need it. Default true. */
    sticky: z.boolean().optional(),
  })
  .refine(({ nodes, backplane }) => nodes === 1 || backplane !== "none", {
    message: "several nodes need a backplane",
  })
  .refine(({ redisAt, backplane }) => redisAt === undefined || backplane === "redis", {
    message: "the address of a Redis needs the backplane redis",
  })
  .refine(({ own, balancer }) => (own !== undefined) === (balancer === "own"), {
    message: "the balancer own needs its address and the nodes' ports, and no other balancer has them",
  })
  .refine(({ own, nodes }) => own === undefined || own.nodePorts.length === nodes, {
    message: "every node needs one port",
  });

export type Cluster = z.infer<typeof clusterSchema>;

/** Those that the lab starts itself, and none. */
export const BALANCERS = ["none", "haproxy", "nginx"] as const;

/** Whether a part of it stood before the trial and goes on after it; then nothing of it is in a network of the trial's own. */
export function hasOwnEngines({ redisAt, balancer }: Cluster): boolean {
  return redisAt !== undefined || balancer === "own";
}
