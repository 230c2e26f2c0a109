import { type ChannelName, userChannel } from "./channel.ts";
import { LabError } from "./errors.ts";

export interface Identity {
  readonly user: string;
  /** Milliseconds since the Unix epoch; Infinity when the token carries no expiry. */
  readonly expiresAt: number;
}

/** Turns a token into an identity, or throws `unauthenticated`. The hub is handed one; it knows no token format. */
export type Authenticator = (token: string) => Identity;

/** A user follows any topic and its own `user/` channel; throws `forbidden` for anyone else's. */
export function authorizeSubscribe(identity: Identity, channel: ChannelName): void {
  if (channel.startsWith("topic/") || channel === userChannel(identity.user)) return;
  throw new LabError("forbidden", `only the user itself may subscribe to ${channel}`);
}

/** Throws `unauthenticated` once the token's time is over. `now` in milliseconds since the Unix epoch. */
export function assertNotExpired(identity: Identity, now: number): void {
  if (now >= identity.expiresAt) throw tokenExpired();
}

export function tokenExpired(): LabError {
  return new LabError("unauthenticated", "the token has expired; connect again with a new one");
}
