import type { Post, Publication } from "../../../core/backplane.ts";
import type { ChannelName } from "../../../core/channel.ts";
import { eventId } from "../../../core/cursor.ts";

/*
 * An event as Redis keeps and sends it: a letter for its kind, its position, its number in the channel, the position of the event before it
 * (negative where that is only known to be no later), the time, a user, and the body, or the id of what was read. None but the last has blanks.
 */

/** What the node knows of an event before it is published, and what comes behind the numbers. */
export function tailOf(post: Post): string {
  return post.kind === "notification"
    ? ` ${post.at} ${post.from} ${post.body}`
    : ` ${post.at} ${post.by} ${post.of}`;
}

/** Undefined for what no node has published. */
export function parsePublication(
  epoch: string,
  channel: ChannelName,
  message: string,
): Publication | undefined {
  let from = 2;
  const word = () => {
    const end = message.indexOf(" ", from);
    const text = message.slice(from, end);
    from = end + 1;
    return text;
  };
  const position = Number(word());
  const seq = Number(word());
  const previous = Math.max(0, Number(word()));
  const at = Number(word());
  const user = word();
  const rest = message.slice(from);
  if (![position, seq, at].every(Number.isFinite) || user === "") return undefined;
  const id = eventId(epoch, position);
  const event =
    message[0] === "n"
      ? ({ kind: "notification", id, channel, seq, from: user, body: rest, at } as const)
      : ({ kind: "receipt", id, channel, seq, of: rest, by: user, at } as const);
  return { position, previous, event };
}
