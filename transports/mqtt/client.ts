import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { MqttClient } from "mqtt";
import { WebSocket } from "ws";
import { LabError } from "../../core/errors.ts";
import type { Codec } from "../codec/codec.ts";
import { dial } from "../net/dial.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
} from "../session/reconnecting-client.ts";
import { converse, mqttOptions, topicsOf } from "./conversation.ts";
import type { Carrier } from "./listening.ts";
import { SUBPROTOCOL, WebSocketStream } from "./websocket-stream.ts";

/** What the variants of this transport differ in. */
export interface Speaking {
  readonly qos: 0 | 1 | 2;
  readonly codec: Codec;
  readonly carrier: Carrier;
}

/** A client through mqtt.js, which asks for events and publishes its requests at the given quality of service. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
  { qos, codec, carrier }: Speaking,
): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) => open(endpoint, { qos, codec, carrier }, settings, events, signal),
    options,
    supports,
  );
}

async function open(
  endpoint: Endpoint,
  { qos, codec, carrier }: Speaking,
  settings: ClientSettings,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<ClientConnection> {
  if (signal.aborted) throw LabError.from(signal.reason);
  const clientId = randomUUID();
  // mqtt.js would open the socket without TCP_NODELAY.
  const socket = carrier === "tcp" ? dial(endpoint, settings.localAddress) : upgrade(endpoint, settings);
  const mqtt = new MqttClient(() => socket, mqttOptions(clientId, settings));
  const contentOf = (payload: Buffer) => payload;
  return converse(mqtt, socket, {
    ...topicsOf(clientId),
    qos,
    codec,
    contentOf,
    settings,
    events,
    signal,
  });
}

/** mqtt.js's own stream over ws would send each field of a packet as a message of its own. */
function upgrade({ url, certificate }: Endpoint, { localAddress }: ClientSettings): Duplex {
  const socket = new WebSocket(url, SUBPROTOCOL, {
    perMessageDeflate: false,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(certificate === undefined ? {} : { ca: certificate, minVersion: "TLSv1.3" }),
  });
  return new WebSocketStream(socket);
}
