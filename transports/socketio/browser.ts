import { io } from "socket.io-client";
import type { ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { connectClient } from "../session/reconnecting-client.ts";
import { converse, type LibrarySession } from "./dialogue.ts";
import { supports } from "./supports.ts";

/** A browser closes what the library lets go. */
const below = { destroy: () => undefined, end: async () => undefined };

/** The client of socketio for pages, through the library's own build for browsers; the server sets the pace of its heartbeat. */
export function connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  const session: LibrarySession = {};
  return connectClient(
    (settings, events, signal) => {
      const socket = io(endpoint.url, {
        auth: { token: settings.token, ...session },
        transports: ["websocket"],
        upgrade: false,
        forceNew: true,
        autoConnect: false,
        // connectClient reconnects, with the same attempts and jitter on every transport.
        reconnection: false,
      });
      return converse(socket, { settings, events, signal, session, below });
    },
    options,
    supports,
  );
}
