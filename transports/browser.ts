import type { ConnectOptions, Endpoint, TransportClient } from "./port/transport.ts";

/**
 * A client that runs in a page; as `connect` of `Transport`. What a page can't do is left out: the endpoint's certificate and `localAddress`
 * mean nothing to it.
 */
export type ConnectInPage = (endpoint: Endpoint, options: ConnectOptions) => Promise<TransportClient>;

/** The transports that a page can speak, each loaded when it is asked for. */
export const pageTransports = {
  websocket: async () => (await import("./websocket/browser.ts")).connect,
  socketio: async () => (await import("./socketio/browser.ts")).connect,
  sse: async () => (await import("./sse/browser.ts")).connect,
  "long-polling": async () => (await import("./long-polling/browser.ts")).connect,
  "mqtt:ws": async () => (await import("./mqtt/browser.ts")).connect,
  "grpc:web": async () => (await import("./grpc/browser.ts")).connect,
} satisfies Record<string, () => Promise<ConnectInPage>>;

/** A name in `pageTransports`. */
export type PageTransport = keyof typeof pageTransports;

/** A browser opens six HTTP/1.1 connections to a host (Chromium), of which one is for what a page sends. */
const BESIDE_REQUESTS = 5;
/** Chromium's limit of WebSockets to a host. */
const WEBSOCKETS = 255;

/** How many clients of each can stand in one page and still be heard. */
export const mostInOnePage: Readonly<Record<PageTransport, number>> = {
  websocket: WEBSOCKETS,
  socketio: WEBSOCKETS,
  sse: BESIDE_REQUESTS,
  "long-polling": BESIDE_REQUESTS,
  "mqtt:ws": WEBSOCKETS,
  "grpc:web": BESIDE_REQUESTS,
};
