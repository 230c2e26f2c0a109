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

/** What each runs on in a page, and the scheme of the address that its client takes. */
export const carriers: Readonly<
  Record<PageTransport, { readonly on: "WebSocket" | "HTTP/1.1"; readonly scheme: "ws" | "http" }>
> = {
  websocket: { on: "WebSocket", scheme: "ws" },
  socketio: { on: "WebSocket", scheme: "http" },
  sse: { on: "HTTP/1.1", scheme: "http" },
  "long-polling": { on: "HTTP/1.1", scheme: "http" },
  "mqtt:ws": { on: "WebSocket", scheme: "ws" },
  "grpc:web": { on: "HTTP/1.1", scheme: "http" },
};

/**
 * How many clients can stand in one page and still be heard: Chromium opens 255 WebSockets to a host, and six HTTP/1.1 connections, of which one is
 * for what a page sends.
 */
const MOST_IN_ONE_PAGE = { WebSocket: 255, "HTTP/1.1": 5 };

export function mostInOnePage(transport: PageTransport): number {
  return MOST_IN_ONE_PAGE[carriers[transport].on];
}
