import { BALANCERS, type Cluster, MOST_NODES } from "../../scenarios/cluster.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { usage } from "../process/failure.ts";
import { parseNumber } from "./choices.ts";

type ClusterFlags = Pick<
  BenchFlags,
  "nodes" | "backplane" | "balancer" | "sticky" | "nodePorts" | "nodePort"
>;

/** The nodes and engines that the flags ask for instead of the scenarios' own; null where they ask for none. */
export function clusterOf(flags: ClusterFlags): Cluster | null {
  const { nodes, backplane, balancer, sticky } = flags;
  const address = balancer?.includes("://") ? balancerAddress(balancer) : undefined;
  const nodePorts = portsOf(flags, address);
  if (nodes === undefined && backplane === undefined && balancer === undefined) {
    if (sticky === false) throw usage("--no-sticky is about a balancer; add --balancer haproxy");
    return null;
  }
  const count =
    nodes === undefined
      ? (nodePorts?.length ?? 1)
      : parseNumber("--nodes", nodes, { min: 1, max: MOST_NODES, integer: true });
  const known = address === undefined ? BALANCERS.find((one) => one === (balancer ?? "none")) : "own";
  if (!known)
    throw usage(
      `--balancer takes ${BALANCERS.join(", ")}, or the address of yours such as http://127.0.0.1:8080, not "${balancer}"`,
    );
  const redisAt = backplane?.includes("://") ? redisAddress(backplane) : undefined;
  if (redisAt === undefined && backplane !== undefined && backplane !== "redis" && backplane !== "none")
    throw usage(
      `--backplane takes redis or none, or the address of a Redis such as redis://127.0.0.1:6379, not "${backplane}"`,
    );
  if (backplane === "none" && count > 1)
    throw usage("several nodes need a backplane to share channels; leave out --backplane none");
  if (sticky === false && known === "none")
    throw usage("--no-sticky is about a balancer; add --balancer haproxy");
  if (sticky === false && known === "own")
    throw usage("whether a balancer of yours is sticky is its own setting; leave out --no-sticky");
  return {
    nodes: count,
    backplane: backplane === "none" || (backplane === undefined && count === 1) ? "none" : "redis",
    ...(redisAt === undefined ? {} : { redisAt }),
    balancer: known,
    ...(address === undefined || !nodePorts ? {} : { own: { address, nodePorts } }),
    ...(sticky === false ? { sticky: false } : {}),
  };
}

/** Without a password, since results and lists of processes show it. */
function redisAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "")
    throw usage("--backplane takes redis, none, or the address of a Redis such as redis://127.0.0.1:6379");
  if (url.username !== "" || url.password !== "")
    throw usage(
      "a password in --backplane would stand in lists of processes and in the results; leave it out there, and put the same address with it into NOTIF_LAB_BACKPLANE",
    );
  return text;
}

function balancerAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:")
    throw usage(
      "the lab speaks to a balancer without TLS; give it a port of yours that has none, with http://",
    );
  const isPlace = url && /^(http|tcp):$/.test(url.protocol) && url.hostname !== "";
  const isBare = url && url.username === "" && /^\/?$/.test(url.pathname) && url.search + url.hash === "";
  if (!isPlace || !isBare)
    throw usage(
      "a balancer of yours is given as http://host:port, or tcp://host:port where it passes bytes on unread",
    );
  // A URL knows the default port of http alone.
  const port = url.port || (url.protocol === "http:" ? "80" : "");
  if (port === "") throw usage(`--balancer ${text} needs a port, such as ${text}:1883`);
  return `${url.protocol}//${url.hostname}:${port}`;
}

/** On which a balancer of one's own expects the nodes; undefined where there is none. */
function portsOf({ nodePorts, nodePort, nodes }: ClusterFlags, balancer: string | undefined) {
  const port = (flag: string, text: string) =>
    parseNumber(flag, text.trim(), { min: 1, max: 65_535, integer: true });
  if (balancer === undefined) {
    if (nodePorts !== undefined || nodePort !== undefined)
      throw usage(
        "fixed ports are for a balancer of yours; add --balancer http://host:port, or leave them out",
      );
    return undefined;
  }
  if ((nodePorts === undefined) === (nodePort === undefined))
    throw usage(
      "a balancer of yours expects the nodes at fixed ports of 127.0.0.1; add --node-ports 9001,9002,9003, or --node-port 9001 for that and the next ones",
    );
  if (nodePort !== undefined) {
    const count =
      nodes === undefined ? 1 : parseNumber("--nodes", nodes, { min: 1, max: MOST_NODES, integer: true });
    const first = port("--node-port", nodePort);
    if (first + count - 1 > 65_535) throw usage(`--node-port ${first} leaves no room for ${count} nodes`);
    return Array.from({ length: count }, (_, index) => first + index);
  }
  const ports = (nodePorts ?? "").split(",").map((one) => port("--node-ports", one));
  if (new Set(ports).size < ports.length) throw usage("--node-ports names a port twice");
  if (ports.length > MOST_NODES) throw usage(`--node-ports takes at most ${MOST_NODES} ports`);
  if (nodes !== undefined && Number(nodes) !== ports.length)
    throw usage(`--node-ports has ${ports.length} ports for ${nodes} nodes; give one for each`);
  return ports;
}
