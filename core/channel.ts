import { LabError } from "./errors.ts";

/** `user/<id>` is one person's own channel, `topic/<name>` is shared. */
export type ChannelName = `user/${string}` | `topic/${string}`;

const pattern = /^(?:user\/[A-Za-z0-9_.-]{1,64}|topic\/[A-Za-z0-9_.-]{1,128})$/;
const userPattern = /^[A-Za-z0-9_.-]{1,64}$/;

export function isChannelName(value: unknown): value is ChannelName {
  return typeof value === "string" && pattern.test(value);
}

/** A user id is what may stand behind `user/`: 1 to 64 of letters, digits, `_`, `.`, `-`. */
export function isUserId(value: unknown): value is string {
  return typeof value === "string" && userPattern.test(value);
}

/** Throws `invalid_channel` unless the value names a channel. */
export function parseChannel(value: unknown): ChannelName {
  if (isChannelName(value)) return value;
  throw new LabError(
    "invalid_channel",
    "a channel is user/<id> or topic/<name>, made of letters, digits, _, . and -",
  );
}

export function userChannel(user: string): ChannelName {
  return `user/${user}`;
}
