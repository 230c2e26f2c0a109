import type { Hub } from "../../core/hub.ts";
import type { ProcessSample } from "../../harness/measurement/process-monitor.ts";
import type { SocketReading } from "../../harness/measurement/socket-meter.ts";
import type { Refusal } from "../../transports/port/transport.ts";

/** Where the backplane of a service stands. */
export interface BackplaneState {
  /** The node reaches it. */
  up: boolean;
  /** How often it has been out of reach since the node began. */
  outages: number;
}

/** One transport of a service, and what has passed through its sockets so far. */
export interface ServedSockets extends SocketReading {
  readonly transport: string;
  /** Connections since the service began. */
  readonly accepted: number;
}

/** A service at one moment, for whoever watches it. */
export interface ServiceState {
  readonly version: string;
  readonly hub: Hub;
  readonly sockets: readonly ServedSockets[];
  readonly refusedConnections: ReadonlyMap<Refusal, number>;
  /** Undefined where the node is alone. */
  readonly backplane: Readonly<BackplaneState> | undefined;
  readonly draining: boolean;
  /** Seconds since the Unix epoch. */
  readonly startedAt: number;
  readonly process: ProcessSample;
}

/** Why a node should get no new clients, or undefined. */
export function unready({
  draining,
  backplane,
}: Pick<ServiceState, "draining" | "backplane">): string | undefined {
  if (draining) return "draining";
  return backplane && !backplane.up ? "the backplane is away" : undefined;
}
