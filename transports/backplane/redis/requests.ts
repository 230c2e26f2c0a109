import type { BackplaneSettings, Post, Publication, Reading, Standing } from "../../../core/backplane.ts";
import { type ChannelName, userChannel } from "../../../core/channel.ts";
import { positionOf } from "../../../core/cursor.ts";
import type { Link } from "./link.ts";
import { parsePublication, tailOf } from "./message.ts";
import { HELLO, HISTORY, MARK, PUBLISH } from "./scripts.ts";

/** What all requests of one node have in common. */
export interface Asking {
  readonly prefix: string;
  readonly retentionMs: number;
  /** The node's name. */
  readonly name: string;
}

/** When a request was sent, and how. */
export interface Sending {
  readonly epoch: string;
  readonly settings: BackplaneSettings;
  /** By the clock of Redis, which does nothing later. */
  readonly deadlineMs: number;
}

export const topicOf = (prefix: string, channel: ChannelName) => `${prefix}on:${channel}`;

/** `count` is the node's own, and `again` tells that it may have been carried out before. Settles with the number and the position. */
export async function publish(
  link: Link,
  { prefix, retentionMs, name }: Asking,
  { epoch, settings, deadlineMs }: Sending,
  post: Post,
  count: number,
  again: boolean,
): Promise<{ readonly seq: number; readonly position: number }> {
  const { channel } = post;
  const limit = settings.publishesPerMinute;
  const reply = await link.run(PUBLISH, [
    prefix,
    epoch,
    settings.replayWindow,
    retentionMs,
    deadlineMs,
    tailOf(post),
    topicOf(prefix, channel),
    `${prefix}seq:${channel}`,
    `${prefix}log:${channel}`,
    channel,
    post.kind === "notification" ? post.from : post.by,
    limit === Number.POSITIVE_INFINITY ? -1 : limit,
    settings.receiptWindow,
    `${prefix}done:${name}`,
    count,
    again ? 1 : 0,
  ]);
  const [seq = 0, position = 0] = String(reply).split(" ").map(Number);
  return { seq, position };
}

/** Settles with whether the reader is new. */
export async function markRead(
  link: Link,
  { prefix, retentionMs }: Asking,
  { epoch, settings, deadlineMs }: Sending,
  { id, by, at, channels }: Reading,
): Promise<boolean> {
  const reply = await link.run(MARK, [
    prefix,
    epoch,
    settings.replayWindow,
    retentionMs,
    deadlineMs,
    tailOf({ kind: "receipt", channel: userChannel(by), of: id, by, at }),
    knownPosition(epoch, id),
    by,
    ...channels.keys(),
  ]);
  return reply === 1;
}

/** Of one channel behind a position, and the position of the newest event of all. */
export async function readHistory(
  link: Link,
  { prefix, retentionMs }: Asking,
  { epoch, settings }: Pick<Sending, "epoch" | "settings">,
  channel: ChannelName,
  since: number,
): Promise<{ readonly position: number; readonly standing: Standing }> {
  const args = [prefix, epoch, settings.replayWindow, retentionMs, channel, since];
  const reply = await link.run(HISTORY, args);
  const [position, seq, lostUpTo, forgotten, log] = Array.isArray(reply) ? reply : [];
  const events: Publication[] = Array.isArray(log)
    ? log.flatMap((message) => parsePublication(epoch, channel, String(message)) ?? [])
    : [];
  return {
    position: Number(position),
    standing: { seq: Number(seq), lostUpTo: Number(lostUpTo), forgotten: forgotten === 1, events },
  };
}

/** What Redis holds: its epoch and where that began, the newest position, and its clock. */
export interface Hello {
  readonly epoch: string;
  readonly begun: number;
  readonly position: number;
  readonly clockMs: number;
}

/** `proposed` becomes the epoch where there is none, or where Redis has less than the node knows. */
export async function greet(
  link: Link,
  { prefix }: Asking,
  proposed: string,
  known: { readonly epoch: string; readonly position: number },
): Promise<Hello> {
  const reply = await link.run(HELLO, [prefix, proposed, known.epoch, known.position]);
  const [epoch = "", begun, position, clock] = Array.isArray(reply) ? reply.map(String) : [];
  return { epoch, begun: Number(begun), position: Number(position), clockMs: Number(clock) };
}

/** 0, which no event has, for an id of another epoch and for what is none. */
function knownPosition(epoch: string, id: string): number {
  try {
    return positionOf(epoch, id) ?? 0;
  } catch {
    return 0;
  }
}
