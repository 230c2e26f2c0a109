import { type Bench, openBench } from "../../transports/conformance/bench.ts";
import { findProgram, HAPROXY, NGINX, type Program } from "../../transports/engines/programs.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type {
  ConnectionState,
  ServeOptions,
  TransportClient,
  TransportServer,
} from "../../transports/port/transport.ts";
import { defaultTransports, findTransport } from "../../transports/registry.ts";
import { type BalancerName, startBalancer } from "./balancer.ts";
import type { Balancer } from "./balancer-options.ts";
import type { BalancerSettings } from "./balancer-plan.ts";

/** A program that is not there is a reason to skip its tests, but not where all must run. */
export function canRun({ name }: Program): boolean {
  return findProgram(name) !== undefined || process.env.CI === "true";
}

export const BALANCERS: readonly { readonly name: BalancerName; readonly program: Program }[] = [
  { name: "haproxy", program: HAPROXY },
  { name: "nginx", program: NGINX },
];

const polling = findTransport("socketio:polling");

/** Those that are compared, and the one whose variant needs more of a balancer. */
export const BALANCED: readonly TransportEntry[] = [...defaultTransports, ...(polling ? [polling] : [])];

export interface Balanced {
  readonly bench: Bench;
  readonly balancer: Balancer;
  readonly nodes: readonly TransportServer[];
  /** Connects through the balancer; the client comes back soon after a loss, of which `onState` is told. */
  connect(user: string, onState?: (state: ConnectionState) => void): Promise<TransportClient>;
  close(): Promise<void>;
}

interface BalancedOptions {
  readonly nodes: number;
  readonly settings?: Partial<BalancerSettings>;
  /** Of each node. */
  readonly serve?: ServeOptions;
}

/** Nodes of one hub, which stands for a backplane without faults, behind a balancer. */
export async function openBalanced(
  transport: TransportEntry,
  balancer: BalancerName,
  { nodes: count, settings = {}, serve = {} }: BalancedOptions,
): Promise<Balanced> {
  const bench = await openBench(transport, { replayWindow: 100, serve });
  const nodes: TransportServer[] = [bench.server];
  const close = async () => {
    await bench.close();
    await Promise.all(nodes.map((node) => node.close()));
  };
  try {
    while (nodes.length < count) nodes.push(await transport.serve(bench.hub, serve));
    const started = await startBalancer(balancer, {
      nodes: nodes.map(({ endpoint }) => endpoint),
      balancing: transport.balancing,
      settings,
    });
    const reconnect = { attempts: 200, delayMs: 25, jitter: 0.3 };
    return {
      bench,
      balancer: started,
      nodes,
      connect: (user, onState = () => undefined) =>
        bench.connect(user, { reconnect, onState }, started.endpoint),
      close: async () => {
        await close();
        await started.engine.stop();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
