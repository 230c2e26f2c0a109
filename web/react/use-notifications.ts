import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Accepted } from "../../core/notification.ts";
import type { PageTransport } from "../../transports/browser.ts";
import type { StoreOptions, Token } from "../client/options.ts";
import { type Failure, IDLE, type Received, type Snapshot } from "../client/snapshot.ts";
import { createNotificationStore } from "../client/store.ts";

export interface NotificationsOptions extends StoreOptions {
  readonly token: Token;
}

export interface Status {
  readonly state: Snapshot["state"];
  /** The transport in use, or being tried. */
  readonly transport: PageTransport | undefined;
}

/** What a component has of its notifications; the functions are the same from render to render. */
export interface NotificationsResult {
  /** The newest, oldest first, at most `limit` of them. */
  readonly notifications: readonly Received[];
  readonly status: Status;
  /** Channels of which something was lost for good while there was no connection. */
  readonly missed: readonly string[];
  /** Settles when the server has accepted it. Rejects with the server's reason, or `closed` while there is no connection. */
  readonly send: (channel: string, body: string) => Promise<Accepted>;
  /** Settles when the sender has been told. Rejects as send() does. */
  readonly markRead: (id: string) => Promise<void>;
  /** Why there is no connection; undefined while there is one. */
  readonly error: Failure | undefined;
}

/**
 * Connects while the component is mounted, and renders it again at most once a frame. Channels, transports and addresses may be new objects on
 * every render: only other values connect anew. A token that is a string connects anew when it changes, and goes on where the one before ended;
 * a function is called when a token is needed. On a server that renders the page it does nothing.
 */
export function useNotifications(options: NotificationsOptions): NotificationsResult {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const { url, transport, channels, limit, reconnect, heartbeat, token } = options;
  const given = JSON.stringify({ url, transport, channels, limit, reconnect, heartbeat });
  const store = useMemo(() => createNotificationStore(JSON.parse(given)), [given]);
  const fixed = typeof token === "string" ? token : undefined;
  useEffect(() => {
    store.start(
      fixed ??
        (() => {
          const { token: now } = latest.current;
          return typeof now === "string" ? now : now();
        }),
    );
    return () => void store.stop();
  }, [store, fixed]);
  const {
    notifications,
    state,
    transport: used,
    missed,
    error,
  } = useSyncExternalStore(store.subscribe, store.getSnapshot, () => IDLE);
  const status = useMemo(() => ({ state, transport: used }), [state, used]);
  const { send, markRead } = store;
  return { notifications, status, missed, send, markRead, error };
}
