import type { Plan } from "../../scenarios/plan.ts";
import { usersOf } from "../../scenarios/users.ts";

/** Who gets what is published on a channel. */
export interface Audience {
  readonly subscribers: number;
  /** Those of them that mark as read. */
  readonly readers: number;
}

export const NOBODY: Audience = { subscribers: 0, readers: 0 };

/** Users who follow their own channel, by index: a receipt goes there, so that nobody else hears of one. */
export function hearersOf(plan: Plan): ReadonlySet<number> {
  const hearers = usersOf(plan).filter(({ id, channels }) => channels.includes(`user/${id}`));
  return new Set(hearers.map(({ index }) => index));
}

/** Of every channel that somebody follows, how many subscribers are on each node, by `nodeOf` of their index; those apart are none. */
export function audiencesByNode(
  plan: Plan,
  nodeOf: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const nodes = Math.max(-1, ...new Set(nodeOf)) + 1;
  const audiences = new Map<string, number[]>();
  for (const { apart, index, channels } of usersOf(plan)) {
    const node = nodeOf[index] ?? -1;
    if (apart || node < 0) continue;
    for (const channel of channels) {
      const audience = audiences.get(channel) ?? Array.from({ length: nodes }, () => 0);
      audience[node] = (audience[node] ?? 0) + 1;
      audiences.set(channel, audience);
    }
  }
  return audiences;
}

/** The audience of every channel that somebody follows; those apart are none. */
export function audiencesOf(plan: Plan): ReadonlyMap<string, Audience> {
  const audiences = new Map<string, Audience>();
  for (const user of usersOf(plan)) {
    if (user.apart) continue;
    for (const channel of user.channels) {
      const { subscribers, readers } = audiences.get(channel) ?? NOBODY;
      audiences.set(channel, { subscribers: subscribers + 1, readers: readers + (user.marksRead ? 1 : 0) });
    }
  }
  return audiences;
}
