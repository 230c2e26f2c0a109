import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import { type PageTransport, pageTransports } from "../../transports/browser.ts";
import type { ReconnectPolicy } from "../../transports/port/transport.ts";

/** In which order transports are tried unless told otherwise. */
export const FALLBACKS: readonly PageTransport[] = ["websocket", "sse", "long-polling"];

/** A JWT, or what gets one: it is called for every connection that needs one, and again when the server takes the last one no more. */
export type Token = string | (() => string | Promise<string>);

/** How a store connects, and what it keeps. */
export interface StoreOptions {
  /** Where the server is; one address for all transports, in which the scheme is set for each, or one for each transport. */
  readonly url: string | Partial<Record<PageTransport, string>>;
  /** One transport, or several in the order to try them in. Default: websocket, sse, long-polling. */
  readonly transport?: PageTransport | readonly PageTransport[];
  /** Channels to follow, `user/<id>` or `topic/<name>`. */
  readonly channels: readonly string[];
  /** Notifications that are kept, the newest. Default 200. */
  readonly limit?: number;
  /** Default 5 attempts, 1,000 ms apart, jitter 0.3. */
  readonly reconnect?: ReconnectPolicy;
  /** Default: probe after 10 s, give up 5 s later. */
  readonly heartbeat?: HeartbeatSettings;
}

/** A transport to try, and where. */
export interface Candidate {
  readonly transport: PageTransport;
  readonly url: string;
}

/** The transports to try, in order, each with its address. */
export function candidates({
  url,
  transport = FALLBACKS,
}: Pick<StoreOptions, "url" | "transport">): readonly Candidate[] {
  const order = typeof transport === "string" ? [transport] : transport;
  return order.flatMap((name) => {
    const own = typeof url === "string" ? url : url[name];
    return own === undefined ? [] : [{ transport: name, url: withScheme(own, pageTransports[name].scheme) }];
  });
}

function withScheme(url: string, scheme: "ws" | "http"): string {
  return url.replace(/^(ws|http)(s?):/i, (_, __, secure: string) => `${scheme}${secure}:`);
}
