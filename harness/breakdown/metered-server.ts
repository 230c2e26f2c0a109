import { randomBytes } from "node:crypto";
import { DEFAULT_HEARTBEAT, type HeartbeatSettings } from "../../core/heartbeat.ts";
import { Hub } from "../../core/hub.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";
import { meterFromClients } from "../measurement/client-socket-meter.ts";
import { meterSockets, type SocketMeter } from "../measurement/socket-meter.ts";

export interface MeteredServerOptions {
  /** The longest body that the server takes. */
  readonly maxBodyCharacters: number;
  readonly heartbeat?: HeartbeatSettings;
}

/** A server of the transport in this process, and a meter on its sockets alone: on the other end of them where they are not Node.js's. */
export interface MeteredServer {
  readonly endpoint: Endpoint;
  readonly meter: SocketMeter;
  /** A token of the user, valid for an hour with a key that nobody else has. */
  issue(user: string): string;
  /** Also to be ended by close(), before what was opened earlier. */
  closeToo(end: () => Promise<unknown>): void;
}

const TOKEN_MS = 3_600_000;

/** Serves the transport and opens on it what `open` opens; `close` of that ends all. Leaves nothing open when it fails. */
export async function withMeteredServer<T extends object>(
  transport: TransportEntry,
  { maxBodyCharacters, heartbeat = DEFAULT_HEARTBEAT }: MeteredServerOptions,
  open: (server: MeteredServer) => Promise<T>,
): Promise<T & { close(): Promise<void> }> {
  const secret = randomBytes(32).toString("hex");
  const issue = jwtIssuer(secret);
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    maxBodyCharacters,
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: Number.POSITIVE_INFINITY,
    heartbeat,
  });
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    let port = 0;
    // Sockets of relays and clients are of this process too, and no business of the server.
    const meter = transport.native
      ? meterFromClients((socket) => socket.remotePort === port)
      : meterSockets((socket) => socket.localPort === port);
    closing.push(async () => meter.stop());
    const server = await transport.serve(hub);
    closing.push(() => server.close());
    port = Number(new URL(server.endpoint.url).port);
    const opened = await open({
      endpoint: server.endpoint,
      meter,
      issue: (user) => issue(user, TOKEN_MS),
      closeToo: (end) => closing.push(end),
    });
    return { ...opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}
