import type { Deliver } from "../../core/session.ts";
import type { Peer } from "./peer.ts";
import type { Speech, Topics } from "./port.ts";

/** So few are sent to one by one: each has a channel of its own, whose topic nobody else would follow. */
const FEW = 4;

/**
 * Encodes and frames once for all who get it. Where the listener has topics, one of the channel's name is made to have exactly the audience as its
 * followers, and the frame is published to that. `all` has every peer of the server.
 */
export function createDeliver<Frame>(
  { codec, frame }: Speech<Frame>,
  all: ReadonlySet<Peer<Frame>>,
  topicsOf: () => Topics<Frame> | undefined,
): Deliver<Peer<Frame>> {
  return (event, audience) => {
    const framed = frame(codec.encode(event));
    const topics = topicsOf();
    if (!topics || audience.size <= FEW) {
      for (const { peer } of audience) peer.deliver(framed);
      return;
    }
    const topic = event.channel;
    for (const { peer } of audience) peer.follow(topic);
    // Some follow it no more, or not yet, as while they catch up.
    if (topics.size(topic) > audience.size) {
      const meant = new Set([...audience].map(({ peer }) => peer));
      for (const peer of all) if (!meant.has(peer)) peer.unfollow(topic);
    }
    topics.publish(topic, framed);
  };
}
