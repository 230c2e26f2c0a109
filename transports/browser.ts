import type { ConnectOptions, Endpoint, TransportClient } from "./port/transport.ts";

/**
 * A client that runs in a page; as `connect` of `Transport`. What a page can't do is left out: the endpoint's certificate and `localAddress`
 * mean nothing to it.
 */
export type ConnectInPage = (endpoint: Endpoint, options: ConnectOptions) => Promise<TransportClient>;

interface InPage {
  /** What it runs on in a page. */
  readonly on: "WebSocket" | "HTTP/1.1";
  /** Of the address that its client takes. */
  readonly scheme: "ws" | "http";
  /** Its client is loaded when it is asked for. */
  readonly load: () => Promise<ConnectInPage>;
}

/** The transports that a page can speak. */
export const pageTransports = {
  websocket: {
    on: "WebSocket",
    scheme: "ws",
    load: async () => (await import("./websocket/browser.ts")).connect,
  },
  socketio: {
    on: "WebSocket",
    scheme: "http",
    load: async () => (await import("./socketio/browser.ts")).connect,
  },
  sse: {
    on: "HTTP/1.1",
    scheme: "http",
    load: async () => (await import("./sse/browser.ts")).connect,
  },
  "long-polling": {
    on: "HTTP/1.1",
    scheme: "http",
    load: async () => (await import("./long-polling/browser.ts")).connect,
  },
  "mqtt:ws": {
    on: "WebSocket",
    scheme: "ws",
    load: async () => (await import("./mqtt/browser.ts")).connect,
  },
  "grpc:web": {
    on: "HTTP/1.1",
    scheme: "http",
    load: async () => (await import("./grpc/browser.ts")).connect,
  },
} satisfies Record<string, InPage>;

/** A name in `pageTransports`. */
export type PageTransport = keyof typeof pageTransports;

/**
 * How many clients can stand in one page and still be heard: Chromium opens 255 WebSockets to a host, and six HTTP/1.1 connections, of which one is
 * for what a page sends.
 */
const MOST_IN_ONE_PAGE = { WebSocket: 255, "HTTP/1.1": 5 };

export function mostInOnePage(transport: PageTransport): number {
  return MOST_IN_ONE_PAGE[pageTransports[transport].on];
}
