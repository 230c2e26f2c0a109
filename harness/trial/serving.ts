import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import type { Cluster } from "../../scenarios/cluster.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { needsRelay } from "../../scenarios/users.ts";
import { inTheClear, selfSigned } from "../../transports/port/tls.ts";
import type { TlsIdentity } from "../../transports/port/transport.ts";
import { transportBehind } from "../result/control-name.ts";
import { loadTransport, type TransportRef } from "../run/transports.ts";
import { traceEvery } from "../tracing/chosen.ts";
import { ClusterProcesses, type ServeRequest } from "./cluster.ts";
import { START_MS } from "./site.ts";
import type { TrialProcesses } from "./trial-processes.ts";

/** Whether sinks can stand for most of its clients: its transport tells how to read a connection without a client. */
export async function isDrainable(transport: TransportRef): Promise<boolean> {
  return (await loadTransport(transport)).drain !== undefined;
}

/** Has the plan served, by all nodes of its cluster if it has one, and tells where clients connect. Once more for a process that serves already. */
export async function serve(
  processes: TrialProcesses,
  plan: Plan,
  transport: TransportRef,
  secret: string,
  {
    heartbeat,
    origins,
  }: { readonly heartbeat?: HeartbeatSettings | undefined; readonly origins?: readonly string[] } = {},
): Promise<ClusterProcesses["entry"]> {
  const request = {
    ...(await serveRequest(processes, plan, transport, secret, heartbeat)),
    origins,
    observedAs: processes.fleet && plan.scenario,
  };
  if (plan.cluster) return startCluster(processes, plan, plan.cluster, request);
  processes.join();
  const { endpoint } = await processes.server.ask(request, "serving", START_MS);
  processes.endpoint = endpoint;
  return { endpoint, nodes: undefined };
}

async function serveRequest(
  processes: TrialProcesses,
  plan: Plan,
  transport: TransportRef,
  secret: string,
  heartbeat?: HeartbeatSettings,
): Promise<ServeRequest> {
  return {
    kind: "serve",
    transport,
    secret,
    maxBodyCharacters: Math.max(1_000, ...plan.traffic.map((traffic) => traffic.payloadCharacters)),
    receiptWindow: receiptWindow(plan),
    replayWindow: plan.replayWindow,
    maxBufferedBytes: plan.maxBufferedBytes,
    heartbeat,
    host: processes.agents?.host,
    tls: inTheClear(transportBehind(transport.name)) === undefined ? undefined : await identityOfRun(),
    // Bytes that a relay or a balancer passes on would be counted twice.
    ownNamespace: processes.ownNamespace && !needsRelay(plan) && !plan.cluster,
    // Of a publish that crosses nodes no process sees the whole way.
    traceEvery: plan.cluster || transport.runtime ? 0 : traceEvery(plan),
  };
}

let identity: Promise<TlsIdentity> | undefined;

/** One key and certificate for all trials of this process. */
function identityOfRun(): Promise<TlsIdentity> {
  identity ??= selfSigned();
  return identity;
}

async function startCluster(
  processes: TrialProcesses,
  plan: Plan,
  cluster: Cluster,
  request: ServeRequest,
): Promise<ClusterProcesses["entry"]> {
  // Known to the trial before it starts, so that whatever has started ends with it.
  processes.cluster = new ClusterProcesses(processes, cluster, request);
  processes.join();
  await processes.cluster.start(absentAtFirst(plan));
  return processes.cluster.entry;
}

/** Nodes that join when the plan says so. */
function absentAtFirst({ faults = [] }: Plan): ReadonlySet<number> {
  return new Set(faults.flatMap((fault) => (fault.kind === "node-start" ? [fault.node] : [])));
}

/** Notifications of the last 30 s can be marked as read: far more than any drain takes. */
function receiptWindow(plan: Plan): number {
  const perSecond = plan.traffic.reduce((sum, traffic) => sum + traffic.ratePerSecond, 0);
  return Math.min(1_000_000, Math.max(10_000, Math.ceil(perSecond * 30)));
}
