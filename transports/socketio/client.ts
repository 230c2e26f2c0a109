import { io } from "socket.io-client";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
  type OpenConnection,
} from "../session/reconnecting-client.ts";
import { ClientAgent } from "./agent.ts";
import { converse, type LibrarySession } from "./dialogue.ts";
import type { Variant } from "./server.ts";

/** A client through socket.io-client; the server sets the pace of its heartbeat. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
  variant: Variant,
): Promise<TransportClient> {
  const session: LibrarySession = {};
  const openConnection: OpenConnection = (settings, events, signal) =>
    open(endpoint, variant, settings, events, signal, session);
  return connectClient(openConnection, options, supports);
}

async function open(
  endpoint: Endpoint,
  { transport, parser }: Variant,
  settings: ClientSettings,
  events: ConnectionEvents,
  signal: AbortSignal,
  session: LibrarySession,
): Promise<ClientConnection> {
  const agent = new ClientAgent(endpoint, settings.localAddress);
  const socket = io(endpoint.url, {
    // As the library's own client sends it when it reconnects.
    auth: { token: settings.token, ...session },
    transports: [transport],
    parser,
    upgrade: false,
    // Keeps the cookie by which a load balancer finds the node that has the session; without one it changes nothing.
    withCredentials: transport === "polling",
    // Here, since the declared types of the options themselves have no place for an agent, nor for false.
    transportOptions: { [transport]: { agent, perMessageDeflate: false } },
    forceNew: true,
    autoConnect: false,
    // connectClient reconnects, with the same attempts and jitter on every transport.
    reconnection: false,
  });
  return converse(socket, { settings, events, signal, session, below: agent });
}
