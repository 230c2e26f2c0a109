import { grpc } from "./grpc/transport.ts";
import { longPolling } from "./long-polling/transport.ts";
import { loopback } from "./loopback/transport.ts";
import { mqtt, mqttQos1 } from "./mqtt/transport.ts";
import { socketio, socketioPolling } from "./socketio/transport.ts";
import { sse, sseRaw } from "./sse/transport.ts";
import { tcp } from "./tcp/transport.ts";
import type { Transport } from "./transport.ts";
import { websocket, websocketDeflate, websocketFastify } from "./websocket/transport.ts";

/** The six wires that are compared unless others are named, in the order reports show them. */
export const wires: readonly Transport[] = [websocket, socketio, sse, longPolling, grpc, mqtt];

/**
 * Every wire, then their variants, then the floors. A descriptor imports its server and client only when they are asked for, so
 * that a process holds no other library than that of the wire it runs.
 */
export const transports: readonly Transport[] = [
  ...wires,
  websocketDeflate,
  websocketFastify,
  socketioPolling,
  sseRaw,
  mqttQos1,
  tcp,
  loopback,
];

export function findTransport(name: string): Transport | undefined {
  return transports.find((transport) => transport.name === name);
}
