import { openBench } from "../../transports/conformance/bench.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { ConnectionState, Endpoint, TransportServer } from "../../transports/port/transport.ts";
import { defaultTransports, findTransport } from "../../transports/registry.ts";
import type { BalancerSettings } from "./balancer.ts";
import { type Balancer, type BalancerOptions, startHaproxy } from "./haproxy.ts";
import { startNginx } from "./nginx.ts";
import { findProgram, HAPROXY, NGINX, type Program } from "./programs.ts";

/** A program that is not there is a reason to skip its tests, but not where all must run. */
export function canRun({ name }: Program): boolean {
  return findProgram(name) !== undefined || process.env.CI === "true";
}

export const BALANCERS = [
  { program: HAPROXY, start: startHaproxy },
  { program: NGINX, start: startNginx },
] as const;

export type Start = (options: BalancerOptions) => Promise<Balancer>;

const polling = findTransport("socketio:polling");

/** Those that are compared, and the one whose variant needs more of a balancer. */
export const BALANCED: readonly TransportEntry[] = [...defaultTransports, ...(polling ? [polling] : [])];

export interface Balanced {
  readonly hub: Awaited<ReturnType<typeof openBench>>["hub"];
  readonly balancer: Balancer;
  readonly nodes: readonly TransportServer[];
  /** Connects through the balancer; it comes back soon after a loss. `states` gets what the client tells of its connection. */
  connect(
    user: string,
    states?: ConnectionState[],
  ): ReturnType<Awaited<ReturnType<typeof openBench>>["connect"]>;
  close(): Promise<void>;
}

/**
 * Nodes of one hub, which stands for a backplane without faults, behind a balancer. Heartbeats as in DEFAULT_HEARTBEAT unless told
 * otherwise.
 */
export async function openBalanced(
  transport: TransportEntry,
  start: Start,
  count: number,
  settings: Partial<BalancerSettings> = {},
  heartbeat?: { intervalMs: number; timeoutMs: number },
): Promise<Balanced> {
  const bench = await openBench(transport, { replayWindow: 100, ...(heartbeat && { heartbeat }) });
  const nodes: TransportServer[] = [bench.server];
  try {
    while (nodes.length < count) nodes.push(await transport.serve(bench.hub));
    const endpoints: Endpoint[] = nodes.map(({ endpoint }) => endpoint);
    const balancer = await start({ nodes: endpoints, balancing: transport.balancing, settings });
    return {
      hub: bench.hub,
      balancer,
      nodes,
      connect: (user, states = []) =>
        bench.connect(
          user,
          {
            reconnect: { attempts: 200, delayMs: 25, jitter: 0.3 },
            onState: (state) => states.push(state),
            ...(heartbeat && { heartbeat }),
          },
          balancer.endpoint,
        ),
      close: async () => {
        await bench.close();
        await Promise.all(nodes.map((node) => node.close()));
        await balancer.engine.stop();
      },
    };
  } catch (error) {
    await bench.close();
    await Promise.all(nodes.map((node) => node.close()));
    throw error;
  }
}
