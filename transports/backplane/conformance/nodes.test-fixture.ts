import type { Backplane } from "../../../core/backplane.ts";
import { Hub } from "../../../core/hub.ts";
import type { HubOptions } from "../../../core/hub-options.ts";
import type { Delivery } from "../../../core/notification.ts";
import type { Session } from "../../../core/session.ts";
import { until } from "../../conformance/bench.ts";

/** What a session was given: what it had missed first, then what came. */
export interface Member {
  readonly session: Session<Delivery[]>;
  readonly events: readonly Delivery[];
  /** Bodies of notifications, and the kind of everything else. */
  readonly bodies: readonly string[];
  follow(
    channels: string | readonly string[],
    after?: string,
  ): Promise<{ seq: number; cursor: string; missed: boolean }>;
  publish(channel: string, body: string): Promise<{ id: string; seq: number }>;
  read(id: string): Promise<void>;
  leave(): void;
  /** Settles when it has been given so many. */
  has(count: number): Promise<void>;
}

/** A hub, with all that a test needs of it. */
export interface Node {
  readonly hub: Hub;
  connect(user: string): Member;
  /** Ends its sessions and lets go of the backplane. */
  close(): Promise<void>;
}

export function openNode(backplane: Backplane | undefined, options: Partial<HubOptions> = {}): Node {
  const hub = new Hub({
    clock: Date.now,
    authenticate: (user) => ({ user, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: "alone",
    replayWindow: 100,
    publishesPerMinute: Number.POSITIVE_INFINITY,
    ...options,
    ...(backplane && { backplane }),
  });
  const outlet = hub.attach<Delivery[]>(
    (event, audience) => {
      for (const { peer } of audience) peer.push(event);
    },
    () => undefined,
  );
  return {
    hub,
    connect: (user) => member(hub, outlet.connect(hub.admit(user), [])),
    close: async () => {
      outlet.detach();
      await backplane?.close();
    },
  };
}

function member(hub: Hub, session: Session<Delivery[]>): Member {
  const events = session.peer;
  return {
    session,
    events,
    get bodies() {
      return events.map((event) => (event.kind === "notification" ? event.body : event.kind));
    },
    follow: async (channels, after) => {
      const { standings, catchUp } = await hub.subscribe(session, [channels].flat(), after);
      for (let event = catchUp?.next(); event; event = catchUp?.next()) events.push(event);
      const [standing] = standings;
      if (!standing) throw new Error("nothing is followed");
      return standing;
    },
    publish: async (channel, body) => hub.publish(session, channel, body),
    read: async (id) => hub.markRead(session, id),
    leave: () => hub.disconnect(session),
    has: (count) => until(`${count} events, there are ${events.length}`, () => events.length >= count),
  };
}
