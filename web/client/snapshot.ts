import type { LabError } from "../../core/errors.ts";
import type { Notification, Receipt } from "../../core/notification.ts";
import type { PageTransport } from "../../transports/browser.ts";

/** A notification as a page holds it. */
export interface Received extends Notification {
  /** Marked as read here. */
  readonly read: boolean;
}

export interface Failure {
  readonly code: LabError["code"];
  readonly message: string;
}

/** What a page shows of one client at one moment; never changes, and another one takes its place at most once a frame. */
export interface Snapshot {
  readonly state: "idle" | "connecting" | "connected" | "reconnecting" | "closed";
  /** The transport in use, or being tried. */
  readonly transport: PageTransport | undefined;
  /** The newest, oldest first. */
  readonly notifications: readonly Received[];
  /** Of what this user sent; the newest, oldest first. */
  readonly receipts: readonly Receipt[];
  /** Channels of which something was lost while the connection was: it could not be replayed. */
  readonly missed: readonly string[];
  /** Notifications that came in all, those that are no longer kept included. */
  readonly received: number;
  /** Those of `received` that are older than the connection they came on: what was replayed. */
  readonly replayed: number;
  /** From the server's acceptance to this page, by the clocks of both, in milliseconds; of the newest notifications that were not replayed. */
  readonly latenciesMs: readonly number[];
  /** Why the client is over, or why the last connection was lost; undefined while one stands. */
  readonly error: Failure | undefined;
}

/** Before anything has begun, and on a server that renders the page. */
export const IDLE: Snapshot = {
  state: "idle",
  transport: undefined,
  notifications: [],
  receipts: [],
  missed: [],
  received: 0,
  replayed: 0,
  latenciesMs: [],
  error: undefined,
};
