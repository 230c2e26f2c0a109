import { grpc } from "./grpc/transport.ts";
import {
  longPolling,
  longPollingMsgpack,
  longPollingRaw,
  longPollingSingle,
} from "./long-polling/transport.ts";
import { loopback } from "./loopback/transport.ts";
import { mqtt, mqttMsgpack, mqttQos1, mqttQos2 } from "./mqtt/transport.ts";
import { inTheClear, overTls } from "./port/tls.ts";
import type { Transport } from "./port/transport.ts";
import { socketio, socketioMsgpack, socketioPolling } from "./socketio/transport.ts";
import { sse, sseRaw } from "./sse/transport.ts";
import { tcp } from "./tcp/transport.ts";
import {
  websocket,
  websocketDeflate,
  websocketFastify,
  websocketMsgpack,
  websocketRaw,
} from "./websocket/transport.ts";

/** The six wires that are compared unless others are named, in the order reports show them. */
export const wires: readonly Transport[] = [websocket, socketio, sse, longPolling, grpc, mqtt];

/**
 * Every wire, then their variants, then the floors. A descriptor imports its server and client only when they are asked for, so
 * that a process holds no other library than that of the wire it runs.
 */
export const transports: readonly Transport[] = [
  ...wires,
  websocketRaw,
  websocketDeflate,
  websocketFastify,
  websocketMsgpack,
  socketioPolling,
  socketioMsgpack,
  sseRaw,
  longPollingRaw,
  longPollingSingle,
  longPollingMsgpack,
  mqttQos1,
  mqttQos2,
  mqttMsgpack,
  tcp,
  loopback,
];

/** Every wire with a network, variants included, is also there over TLS: `websocket:tls`, `sse:raw:tls`. */
export function findTransport(name: string): Transport | undefined {
  const clear = inTheClear(name);
  const found = transports.find((transport) => transport.name === (clear ?? name));
  if (clear === undefined) return found;
  return found?.supports.network ? overTls(found) : undefined;
}
