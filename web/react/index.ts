/*
 * `notif-lab/react`: notifications in a React application.
 */

export type { Accepted, Notification, Receipt } from "../../core/notification.ts";
export type { PageTransport } from "../../transports/browser.ts";
export type { Token } from "../client/options.ts";
export type { Failure, Received } from "../client/snapshot.ts";
export { Notifications, type NotificationsProps } from "./notifications.tsx";
export {
  type NotificationsOptions,
  type NotificationsResult,
  type Status,
  useNotifications,
} from "./use-notifications.ts";
