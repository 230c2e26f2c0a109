import type { FastifyInstance, FastifyRequest } from "fastify";
import { tokenExpired } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub, Subscribed, Subscriptions } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import { bearerToken } from "../bearer.ts";
import { serveDefaults } from "../defaults.ts";
import { encodeEvent, isObject } from "../envelope.ts";
import { toEach } from "../guard.ts";
import { jsonContent } from "../http-content.ts";
import { addOperations, createHttpApp, listenHttp } from "../http-server.ts";
import { HttpSessions } from "../http-sessions.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import type { Flavour } from "./framing.ts";
import { EventPeer } from "./peer.ts";

/**
 * GET /events is the stream, POST /alive a sign of life; subscribe, publish and read are as on every HTTP wire. `extend` adds what an
 * application has beside them.
 */
export async function serve<Chunk>(
  hub: Hub,
  options: ServeOptions | undefined,
  flavour: Flavour<Chunk>,
  extend?: (app: FastifyInstance) => void,
): Promise<TransportServer> {
  const { maxBufferedBytes, ...address } = serveDefaults(options);
  const outlet = hub.attach<EventPeer<Chunk>>(
    (event, audience) => {
      const chunk = flavour.encode({ id: event.id, data: encodeEvent(event) });
      toEach(
        hub,
        audience,
        ({ peer }) => peer.send(chunk),
        ({ peer }) => peer.cut(),
      );
    },
    ({ peer }) => peer.end(tokenExpired()),
  );
  const sessions = new HttpSessions(hub, outlet);
  const context = { hub, flavour, maxBufferedBytes };
  const app = createHttpApp(hub, address.tls, jsonContent);
  extend?.(app);
  addOperations(app, hub, sessions, jsonContent);

  app.get("/events", async (request, reply) => {
    const { channels, after, declaresLife } = readQuery(request);
    const identity = hub.admit(bearerToken(request.raw));
    let id = "";
    const session: Session<EventPeer<Chunk>> = sessions.open(identity, (given) => {
      id = given;
      return new EventPeer(context, {
        request: request.raw,
        response: reply.raw,
        declaresLife,
        forget: () => sessions.forget(given),
      });
    });
    let subscriptions: Subscriptions;
    try {
      subscriptions = hub.subscribe(session, channels, after);
    } catch (error) {
      sessions.forget(id);
      throw error;
    }
    reply.hijack();
    const { peer } = session;
    peer.send(flavour.encode(welcome(hub, id, subscriptions.standings, after)));
    await peer.open();
    if (subscriptions.catchUp) peer.catchUp(subscriptions.catchUp);
  });

  app.post("/alive", (request, reply) => {
    sessions.require(request.headers).peer.echo();
    return reply.code(204).send();
  });

  app.addHook("preClose", async () => sessions.endAll(new LabError("closed", "the server is closing")));
  return listenHttp(app, address, () => outlet.detach());
}

/** The cursor is `Last-Event-ID`, which an EventSource sends when it reconnects, or `after` for its first connection. */
function readQuery({ query, headers }: FastifyRequest) {
  const { channel, after, alive } = isObject(query) ? query : {};
  const cursor = headers["last-event-id"] ?? after;
  return {
    channels: channel === undefined ? [] : [channel].flat(),
    // An EventSource that has seen no id sends an empty one.
    after: cursor === "" ? undefined : cursor,
    declaresLife: alive === "1",
  };
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
