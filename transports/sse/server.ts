import type { FastifyInstance } from "fastify";
import type { Hub } from "../../core/hub.ts";
import { json } from "../codec/codec.ts";
import type { HttpConnections } from "../http/connections.ts";
import { toHttpError } from "../http/errors.ts";
import type { Chunk } from "../http/stream-peer.ts";
import { serveStreams } from "../http/streams/server.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import type { Flavour } from "./framing.ts";

/** GET /events is the event stream. `extend`: as of serveStreams. */
export function serve<C extends Chunk>(
  hub: Hub,
  options: ServeOptions | undefined,
  { encode, ping, open }: Flavour<C>,
  extend?: (app: FastifyInstance, connections: HttpConnections) => void,
): Promise<TransportServer> {
  return serveStreams(
    hub,
    options,
    {
      path: "/events",
      open,
      ping,
      aliveEvent: encode({ event: "alive", data: "{}" }),
      welcome: (id, data) => encode({ event: "welcome", data, ...(id === undefined ? {} : { id }) }),
      event: (event) => encode({ id: event.id, data: json.encode(event) }),
      last: (reason) => encode({ event: "closed", data: JSON.stringify(toHttpError(reason).body) }),
    },
    extend,
  );
}
