import { randomBytes } from "node:crypto";
import type { BackplaneNode, Restored, Standing } from "../../../core/backplane.ts";
import type { ChannelName } from "../../../core/channel.ts";
import type { Announcer } from "./announcer.ts";
import type { Link } from "./link.ts";
import { type Asking, greet, readHistory, topicOf } from "./requests.ts";
import { PROBE } from "./scripts.ts";

/** Channels to subscribe to in one command. */
const CHANNELS_AT_ONCE = 500;

/** Where a node is among the events of an epoch; the empty epoch knows of none. */
interface Place {
  readonly epoch: string;
  readonly position: number;
}

/** What a new connection begins with; the standings are those of all channels that are followed. */
interface Resumed extends Place, Restored {
  /** The clock of Redis less performance.now(). */
  readonly clockOffsetMs: number;
}

/** Subscribes a new connection to all that is followed, and reads what was missed since `known`. */
export async function resume(
  link: Link,
  asking: Asking,
  known: Place,
  node: BackplaneNode | undefined,
  announcer: Announcer,
): Promise<Resumed> {
  const proposed = randomBytes(4).toString("hex");
  const { epoch, begun, position, clockMs } = await greet(link, asking, proposed, known);
  const clockOffsetMs = clockMs - performance.now();
  await link.run(PROBE, [asking.prefix, asking.name]);
  const renewed = known.epoch !== "" && known.epoch !== epoch;
  const followed = [...(node?.followed() ?? [])];
  await subscribe(link, [announcer.topic, ...followed.map(([channel]) => topicOf(asking.prefix, channel))]);
  await announcer.learn(link);
  const standings = new Map<ChannelName, Standing>();
  const read = async (settings: BackplaneNode["settings"], channel: ChannelName, newest: number) => {
    const from = renewed ? begun : newest;
    const { standing } = await readHistory(link, asking, { epoch, settings }, channel, from);
    standings.set(channel, standing);
  };
  if (node) await Promise.all(followed.map(([channel, newest]) => read(node.settings, channel, newest)));
  return { epoch, position, renewed, since: renewed ? begun : known.position, standings, clockOffsetMs };
}

async function subscribe(link: Link, topics: readonly string[]): Promise<void> {
  for (let from = 0; from < topics.length; from += CHANNELS_AT_ONCE)
    await link.subscribe(...topics.slice(from, from + CHANNELS_AT_ONCE));
}
