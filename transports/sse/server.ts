import type { FastifyInstance } from "fastify";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Subscribed } from "../../core/subscriptions.ts";
import { json } from "../codec/codec.ts";
import type { HttpConnections } from "../http/connections.ts";
import { toHttpError } from "../http/errors.ts";
import { addOperations } from "../http/operations.ts";
import { createHttpApp, listenHttp } from "../http/server.ts";
import { HttpSessions } from "../http/sessions.ts";
import { type Chunk, type Framing, StreamPeer } from "../http/stream-peer.ts";
import { toEach } from "../limits/guard.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { bearerToken } from "../session/bearer.ts";
import type { Flavour } from "./framing.ts";
import { readQuery } from "./query.ts";

/**
 * GET /events is the stream, POST /alive a heartbeat; subscribe, publish and read are as on every HTTP transport. `extend` adds what an
 * application has beside them; a connection that it accepts counts as trusted.
 */
export async function serve<C extends Chunk>(
  hub: Hub,
  options: ServeOptions | undefined,
  flavour: Flavour<C>,
  extend?: (app: FastifyInstance, connections: HttpConnections) => void,
): Promise<TransportServer> {
  const settings = serveDefaults(options);
  const framing: Framing<C> = {
    ...flavour,
    event: (event) => flavour.encode({ id: event.id, data: json.encode(event) }),
    last: (reason) => flavour.encode({ event: "closed", data: JSON.stringify(toHttpError(reason).body) }),
  };
  const outlet = hub.attach<StreamPeer<C>>(
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
  const sessions = new HttpSessions(hub, outlet);
  const context = { hub, framing, maxBufferedBytes: settings.maxBufferedBytes };
  const pingEvent = flavour.encode({ event: "alive", data: "{}" });
  const http = createHttpApp(hub, settings, json);
  const { app, connections } = http;
  extend?.(app, connections);
  addOperations(http, hub, sessions, json);

  app.get("/events", async (request, reply) => {
    const { socket } = request.raw;
    const { channels, after, declaresLife, heartbeatEvents } = readQuery(request);
    const ping = heartbeatEvents ? pingEvent : flavour.ping;
    const identity = hub.admit(bearerToken(request.raw));
    connections.trust(socket);
    let id = "";
    const forget = () => {
      sessions.forget(id);
      connections.distrust(socket);
    };
    const session = sessions.open(identity, (given) => {
      id = given;
      return new StreamPeer(context, {
        request: request.raw,
        response: reply.raw,
        declaresLife,
        ping,
        forget,
      });
    });
    const { peer } = session;
    try {
      const followed = hub.subscribe(session, channels, after);
      // Awaited only where there is something to wait for: what comes next has to be done before any event is.
      const { standings, catchUp } = followed instanceof Promise ? await followed : followed;
      peer.send(flavour.encode(welcome(hub, id, standings, after)));
      await peer.open();
      if (catchUp) peer.catchUp(catchUp);
    } catch (error) {
      peer.leave();
      // Before the head is out, what went wrong can be told.
      if (!reply.raw.headersSent) throw error;
      hub.internalError(error);
      peer.cut();
    }
    reply.hijack();
  });

  app.post("/alive", (request, reply) => {
    const { peer } = sessions.require(request.headers);
    connections.trust(request.raw.socket);
    peer.echo();
    return reply.code(204).send();
  });

  app.addHook("preClose", async () => sessions.endAll(new LabError("closed", "the server is closing")));
  return listenHttp(app, settings, () => outlet.detach());
}

/**
 * The first event. Its id lets an EventSource resume from the beginning of its subscriptions when the connection breaks before
 * their first event; while it resumes, that is still where it came from.
 */
function welcome(hub: Hub, session: string, standings: readonly Subscribed[], after: unknown) {
  const channels = standings.map(({ channel, seq, cursor, missed }) => ({ channel, seq, cursor, missed }));
  const id = typeof after === "string" ? after : standings[0]?.cursor;
  return {
    event: "welcome",
    data: JSON.stringify({ session, heartbeat: hub.heartbeat, channels }),
    ...(id === undefined ? {} : { id }),
  };
}
