import type { Hub } from "../../core/hub.ts";
import type { Refusal } from "../../transports/port/transport.ts";
import type { ProcessSample } from "../measurement/process-monitor.ts";
import type { SocketReading } from "../measurement/socket-meter.ts";
import type { PublishToWriteReading } from "./publish-to-write.ts";

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

/** A hub at one moment. */
export interface HubState extends Pick<Hub, "counters" | "refusals" | "replayBytes"> {
  /** Of a hub that a run measures; undefined of a service. */
  readonly scenario?: string | undefined;
  readonly publishToWrite: PublishToWriteReading;
}

/** A service at one moment, for whoever watches it; plain data, which may come from another process. */
export interface ServiceState {
  readonly version: string;
  /** One, but in a process of a run, which has one for each scenario. */
  readonly hubs: readonly HubState[];
  readonly sockets: readonly ServedSockets[];
  readonly refusedConnections: ReadonlyMap<Refusal, number>;
  /** Undefined where the node is alone. */
  readonly backplane: Readonly<BackplaneState> | undefined;
  readonly draining: boolean;
  /** Seconds since the Unix epoch. */
  readonly startedAt: number;
  readonly process: ProcessSample;
}

export function hubState(hub: Hub, publishToWrite: PublishToWriteReading, scenario?: string): HubState {
  const { counters, refusals, replayBytes } = hub;
  return { counters, refusals, replayBytes, publishToWrite, scenario };
}

/** Why a node should get no new clients, or undefined. */
export function unready({
  draining,
  backplane,
}: Pick<ServiceState, "draining" | "backplane">): string | undefined {
  if (draining) return "draining";
  return backplane && !backplane.up ? "the backplane is away" : undefined;
}
