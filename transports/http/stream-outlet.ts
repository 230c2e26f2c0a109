import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hub } from "../../core/hub.ts";
import type { Outlet } from "../../core/session.ts";
import { toEach } from "../limits/guard.ts";
import type { Chunk, Framing, StreamPeer, StreamRequest, StreamResponse } from "./stream-peer.ts";

/** Attaches streams to a hub: an event becomes a chunk once, which goes to every peer of its audience. */
export function attachStreams<
  C extends Chunk,
  Req extends StreamRequest = IncomingMessage,
  Res extends StreamResponse = ServerResponse,
>(hub: Hub, framing: Pick<Framing<C, Req, Res>, "event">): Outlet<StreamPeer<C, Req, Res>> {
  return hub.attach<StreamPeer<C, Req, Res>>(
    (event, audience) => {
      const chunk = framing.event(event);
      toEach(
        hub,
        audience,
        ({ peer }) => peer.send(chunk),
        ({ peer }) => peer.cut(),
      );
    },
    ({ peer }, reason) => peer.end(reason),
  );
}
