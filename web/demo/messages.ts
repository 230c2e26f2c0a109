import type { Marker } from "../../transports/port/markers.ts";

/* What the demo's page and the process that serves it say to each other. */

/** A transport of the demo: how it looks, and where its clients connect. */
export interface DemoColumn {
  readonly name: string;
  readonly color: string;
  readonly marker: Marker;
  readonly hollow: boolean;
  readonly url: string;
}

/** A link that a column can be given. */
export interface DemoLink {
  readonly name: string;
  readonly about: string;
}

/** What the page is served with. */
export interface DemoData {
  readonly columns: readonly DemoColumn[];
  /** By user; of this run alone. */
  readonly tokens: { readonly ann: string; readonly bob: string };
  readonly links: readonly DemoLink[];
  readonly maxPerSecond: number;
}

/** The topic that is published to at a rate. */
export const TOPIC = "topic/news";

/** What the proxy in front of one transport's server says of it. */
export interface ProxyState {
  /** Through all connections so far, to the server and back. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** How often its connections have been reset. */
  readonly cuts: number;
  readonly stalled: boolean;
  readonly restarting: boolean;
  /** Name of a DemoLink; null: as fast as the machine. */
  readonly link: string | null;
}

/** Told several times a second while a page is open. */
export interface DemoState {
  /** Notifications a second to the topic. */
  readonly perSecond: number;
  /** By channel: the last sequence number that the service has given. */
  readonly seqs: Readonly<Record<string, number>>;
  readonly proxies: Readonly<Record<string, ProxyState>>;
}

export type Fault = "cut" | "stall" | "flow" | "restart";

/** What a page asks of the process. */
export type DemoOrder =
  | { readonly order: Fault; readonly columns: readonly string[] }
  | { readonly order: "link"; readonly columns: readonly string[]; readonly link: string | null }
  | { readonly order: "rate"; readonly perSecond: number }
  | { readonly order: "send"; readonly channel: string; readonly body: string };
