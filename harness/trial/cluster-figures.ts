import { mergeLatencies } from "../measurement/histogram.ts";
import type { LoadReport } from "../processes/messages.ts";
import { present } from "../result/present.ts";
import type { Metrics } from "../result/result.ts";
import type { Observation } from "./observation.ts";

/** Per delivery and per publish, as the server's own figures are. */
export function clusterOf(
  { cluster }: Observation,
  publishes: number,
  delivered: number,
  reports: readonly LoadReport[],
): Metrics["cluster"] {
  if (!cluster) return undefined;
  const { backplane, balancer, sessionsBefore, sessionsAfter } = cluster;
  const same = mergeLatencies(
    reports.flatMap(({ nodeLatency }) => nodeLatency?.same ?? []),
    publishes,
  );
  const other = mergeLatencies(
    reports.flatMap(({ nodeLatency }) => nodeLatency?.other ?? []),
    publishes,
  );
  const each = (value: number | undefined, of: number) =>
    value === undefined || of === 0 ? undefined : value / of;
  return {
    nodes: sessionsBefore.map((clientsBefore, node) => ({
      clientsBefore,
      clientsAfter: sessionsAfter[node] ?? 0,
    })),
    ...present({
      backplaneCpuUsPerDelivery: each(backplane?.cpuUs, delivered),
      backplaneCommandsPerPublish: each(backplane?.commands, publishes),
      backplaneBytesInPerPublish: each(backplane?.bytesIn, publishes),
      backplaneBytesOutPerPublish: each(backplane?.bytesOut, publishes),
      backplaneMemoryBytes: backplane?.memoryBytes,
      sameNodeDeliveries: same?.count,
      sameNodeP50Us: same?.p50,
      sameNodeP99Us: same?.p99,
      otherNodeDeliveries: other?.count,
      otherNodeP50Us: other?.p50,
      otherNodeP99Us: other?.p99,
      balancerCpuUsPerDelivery: each(balancer?.cpuUs, delivered),
    }),
  };
}

/** Of the trial's own engines, which are no strangers to it. */
export function enginesCpuUs({ cluster, plan }: Observation): number {
  const isOwnRedis = plan.cluster?.redisAt === undefined;
  return (isOwnRedis ? (cluster?.backplane?.cpuUs ?? 0) : 0) + (cluster?.balancer?.cpuUs ?? 0);
}
