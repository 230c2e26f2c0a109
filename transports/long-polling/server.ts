import type { FastifyRequest } from "fastify";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Codec } from "../codec/codec.ts";
import { addOperations } from "../http/operations.ts";
import { answer, createHttpApp, listenHttp } from "../http/server.ts";
import { HttpSessions } from "../http/sessions.ts";
import { toEach } from "../limits/guard.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { bearerToken } from "../session/bearer.ts";
import { isObject } from "../session/envelope.ts";
import { createBatches } from "./batch.ts";
import { PollBuffer } from "./buffer.ts";
import { PollPeer } from "./peer.ts";
import { RoutedPoll } from "./poll.ts";
import { pollShortcut, RawPoll } from "./raw-polls.ts";

/** What the variants differ in. */
export interface Manner {
  readonly codec: Codec;
  /** Events that one answer brings, at most. */
  readonly batchOf: number;
  /** Polls are taken before fastify's router and answered past its reply. */
  readonly raw: boolean;
}

/** POST /sessions opens, GET /poll waits, DELETE /sessions ends; subscribe, publish and read are as on every HTTP transport. */
export async function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  { codec, batchOf, raw }: Manner,
): Promise<TransportServer> {
  const settings = serveDefaults(options);
  const { maxBufferedBytes } = settings;
  const batches = createBatches(codec);
  const outlet = hub.attach<PollPeer>(
    (event, audience) => {
      const item = batches.item(event);
      const now = performance.now();
      toEach(
        hub,
        audience,
        ({ peer }) => peer.send(item, now),
        ({ peer }) => peer.end(new LabError("internal", "an error in the server; open a new session")),
      );
    },
    ({ peer }, reason) => peer.end(reason),
  );
  const sessions = new HttpSessions(hub, outlet);
  const http = createHttpApp(hub, settings, codec, {
    shortcut: raw ? pollShortcut(sessions) : undefined,
  });
  const { app, connections } = http;
  addOperations(http, hub, sessions, codec);

  app.post("/sessions", (request, reply) => {
    const { socket } = request.raw;
    const waitMs = readWait(request, hub.heartbeat.intervalMs);
    const identity = hub.admit(bearerToken(request.raw));
    connections.trust(socket);
    const withinBound = (bytes: number) => hub.withinBound(bytes, maxBufferedBytes);
    const buffer = new PollBuffer(withinBound, batches, (count) => hub.dropped(count), batchOf);
    let id = "";
    sessions.open(identity, (given) => {
      id = given;
      return new PollPeer({
        buffer,
        opener: socket,
        batches,
        waitMs,
        hub,
        maxBufferedBytes,
        forget: () => sessions.forget(given),
        leave: (left) => connections.distrust(left),
      });
    });
    answer(reply, codec, { session: id, cursor: buffer.cursor, waitMs });
  });

  app.get("/poll", (request, reply) => {
    const { peer } = sessions.require(request.headers);
    connections.trust(request.raw.socket);
    const after = isObject(request.query) ? request.query.after : undefined;
    if (typeof after !== "string") throw new LabError("invalid_cursor", "poll with ?after=<cursor>");
    if (!raw) {
      peer.poll(new RoutedPoll(reply), after);
      return;
    }
    peer.poll(new RawPoll(request.raw, reply.raw), after);
    reply.hijack();
  });

  app.delete("/sessions", (request, reply) => {
    sessions.require(request.headers).peer.end(new LabError("closed", "the session was ended by its client"));
    return reply.code(204).send();
  });

  app.addHook("preClose", async () => sessions.endAll(new LabError("closed", "the server is closing")));
  return listenHttp(app, settings, () => outlet.detach());
}

/** How long the client wants its polls to wait, and never longer than the server's own interval. */
function readWait({ body }: FastifyRequest, intervalMs: number): number {
  const asked = isObject(body) ? body.waitMs : undefined;
  if (asked === undefined) return intervalMs;
  if (typeof asked !== "number" || !(asked > 0))
    throw new LabError("malformed", "waitMs is a number of milliseconds above 0");
  return Math.min(asked, intervalMs);
}
