import type { Link } from "./link.ts";
import type { Plan } from "./plan.ts";

/*
 * What follows from a plan, apart from its schema: processes that run plans need not load what checks them.
 */

/** One user of a plan; `index` counts over all groups. */
export interface PlannedUser {
  readonly index: number;
  readonly id: string;
  readonly channels: readonly string[];
  readonly marksRead: boolean;
  /** Whether its connection goes through the relay. */
  readonly relayed: boolean;
  readonly apart: boolean;
}

/** Whether a plan needs a relay between clients and server. The kernel tells those past the link by the port of the others. */
export function needsRelay({ link, faults = [], groups }: Plan): boolean {
  const pastIt = groups.some(({ via }) => via === "direct");
  const ofLink = link !== undefined && (asksForRelay(link) || pastIt);
  return ofLink || faults.some(({ kind }) => kind.startsWith("link-"));
}

/** All users, group by group. */
export function usersOf(plan: Plan): PlannedUser[] {
  let index = 0;
  const relay = needsRelay(plan);
  return plan.groups.flatMap((one) =>
    Array.from({ length: one.users }, (_, number) => {
      const id = userId(one.name, number);
      const channels = one.follows.map((name) => (name === "own" ? `user/${id}` : name));
      const { marksRead, apart = false } = one;
      return { index: index++, id, channels, marksRead, apart, relayed: relay && one.via !== "direct" };
    }),
  );
}

export function userId(groupName: string, number: number): string {
  return `${groupName}-${number}`;
}

/** Whether the relay has to imitate anything of it: what the kernel drops and paces is not its business. A link of nothing is a relay's. */
export function asksForRelay(link: Link): boolean {
  const { delayMs, jitterMs, bytesPerSecond, lossShare } = link;
  const imitated = delayMs > 0 || jitterMs > 0 || bytesPerSecond !== undefined || lossShare > 0;
  return imitated || !asksForKernel(link);
}

function asksForKernel({ dropShare = 0, sharedBytesPerSecond }: Link): boolean {
  return dropShare > 0 || sharedBytesPerSecond !== undefined;
}
