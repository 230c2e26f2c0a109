import { DEFAULT_HEARTBEAT } from "../../core/heartbeat.ts";
import type { ConnectOptions, ReconnectPolicy, ServeOptions, TlsIdentity } from "./transport.ts";

const DEFAULT_RECONNECT: ReconnectPolicy = { attempts: 5, delayMs: 1_000, jitter: 0.3 };

export const DEFAULT_MAX_BUFFERED_BYTES = 1024 * 1024;

export const DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000;

export interface ServeSettings extends Required<Omit<ServeOptions, "tls" | "redis">> {
  readonly tls: TlsIdentity | undefined;
  readonly redis: ServeOptions["redis"] | undefined;
}

/** ServeOptions with nothing left open. */
export function serveDefaults(options: ServeOptions = {}): ServeSettings {
  return {
    host: "127.0.0.1",
    port: 0,
    maxBufferedBytes: DEFAULT_MAX_BUFFERED_BYTES,
    handshakeTimeoutMs: DEFAULT_HANDSHAKE_TIMEOUT_MS,
    maxConnectionsPerAddress: 1_000,
    origins: [],
    trustedProxies: [],
    onRefused: () => undefined,
    tls: undefined,
    redis: undefined,
    ...options,
  };
}

/** The settings of a client with nothing left open; `signal`, `localAddress` and `onState` stay optional by nature. */
export function connectDefaults(options: ConnectOptions) {
  return {
    reconnect: DEFAULT_RECONNECT,
    heartbeat: DEFAULT_HEARTBEAT,
    connectTimeoutMs: 10_000,
    requestTimeoutMs: 10_000,
    ...options,
  };
}

export type ClientSettings = ReturnType<typeof connectDefaults>;
