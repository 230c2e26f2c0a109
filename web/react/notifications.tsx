import type { ReactNode } from "react";
import type { Snapshot } from "../client/snapshot.ts";
import {
  type NotificationsOptions,
  type NotificationsResult,
  useNotifications,
} from "./use-notifications.ts";

export interface NotificationsProps extends NotificationsOptions {
  /** What the list is called for who hears the page. Default: Notifications. */
  readonly label?: string;
  /** Renders what there is in place of the list. */
  readonly children?: (notifications: NotificationsResult) => ReactNode;
}

const WORDS: Readonly<Record<Snapshot["state"], string>> = {
  idle: "Not connected",
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Connection lost; trying again",
  closed: "Not connected",
};

/** A list of the newest notifications, newest first, each of which can be marked as read. Texts are shown as text, whatever they hold. */
export function Notifications({
  label = "Notifications",
  children,
  ...options
}: NotificationsProps): ReactNode {
  const result = useNotifications(options);
  if (children) return children(result);
  const { notifications, status, missed, markRead, error } = result;
  return (
    <section aria-label={label} data-state={status.state}>
      <p role="status">
        {WORDS[status.state]}
        {error ? `: ${error.message}` : ""}
        {missed.length > 0 ? `. Some notifications of ${missed.join(", ")} are lost` : ""}
      </p>
      <ol>
        {notifications.toReversed().map(({ id, from, body, at, read }) => (
          <li key={id} data-read={read}>
            <b>{from}</b> <span>{body}</span> <time dateTime={new Date(at).toISOString()}>{timeOf(at)}</time>{" "}
            {read ? null : (
              <button type="button" onClick={() => void markRead(id).catch(() => undefined)}>
                Mark as read
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString();
}
