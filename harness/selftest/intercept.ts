import type { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Delivery } from "../../core/notification.ts";
import type { Deliver, Outlet, Session } from "../../core/session.ts";

/** What to do between a hub and the transport that it is served on. */
export interface Interception {
  /** `hand` passes the event on to the transport, for all current subscribers of its channel; it may be called later, not at all, or twice. */
  readonly onEvent?: (event: Delivery, hand: () => void) => void;
  readonly onConnect?: () => void;
}

/** Puts itself between the hub and the server that attaches to it next. */
export function intercept(hub: Hub, { onEvent, onConnect }: Interception): void {
  hub.attach = <Peer>(
    deliver: Deliver<Peer>,
    end: (session: Session<Peer>, reason: LabError) => void,
  ): Outlet<Peer> => {
    // The hub's own method is visible again; this transport is the only one to attach.
    Reflect.deleteProperty(hub, "attach");
    const outlet = hub.attach<Peer>((event, audience) => {
      if (!onEvent) return deliver(event, audience);
      const present = new Set(audience);
      onEvent(event, () => deliver(event, present));
    }, end);
    return {
      connect: (identity, peer) => {
        onConnect?.();
        return outlet.connect(identity, peer);
      },
      admitNoMore: () => outlet.admitNoMore(),
      detach: () => outlet.detach(),
    };
  };
}
