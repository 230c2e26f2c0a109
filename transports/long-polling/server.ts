import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";
import { tokenExpired } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { bearerToken } from "../bearer.ts";
import { serveDefaults } from "../defaults.ts";
import { isObject } from "../envelope.ts";
import { toEach } from "../guard.ts";
import { addOperations, answer, createHttpApp, listenHttp } from "../http-server.ts";
import { HttpSessions } from "../http-sessions.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import { createBatches } from "./batch.ts";
import { PollBuffer } from "./buffer.ts";
import type { Encoding } from "./encoding.ts";
import { PollPeer } from "./peer.ts";

/** POST /sessions opens, GET /poll waits, DELETE /sessions ends; subscribe, publish and read are as on every HTTP wire. */
export async function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  batchOf: number,
  encoding: Encoding,
): Promise<TransportServer> {
  const { maxBufferedBytes, ...address } = serveDefaults(options);
  const batches = createBatches(encoding);
  const outlet = hub.attach<PollPeer>(
    (event, audience) => {
      const item = batches.item(event);
      const now = performance.now();
      toEach(
        hub,
        audience,
        ({ peer }) => peer.send(item, now),
        ({ peer }) => peer.end(new LabError("internal", "a fault of the server's; open a new session")),
      );
    },
    ({ peer }) => peer.end(tokenExpired()),
  );
  const sessions = new HttpSessions(hub, outlet);
  const app = createHttpApp(hub, address.tls, encoding, (request, response) =>
    pollShortcut(sessions, request, response),
  );
  addOperations(app, hub, sessions, encoding);

  app.post("/sessions", (request, reply) => {
    const waitMs = readWait(request, hub.heartbeat.intervalMs);
    const identity = hub.admit(bearerToken(request.raw));
    let id = "";
    const onDropped = (count: number) => {
      hub.counters.dropped += count;
    };
    const withinBound = (bytes: number) => hub.withinBound(bytes, maxBufferedBytes);
    const buffer = new PollBuffer(withinBound, batches, onDropped, batchOf);
    sessions.open(identity, (given) => {
      id = given;
      return new PollPeer({
        buffer,
        opener: request.raw.socket,
        batches,
        waitMs,
        hub,
        maxBufferedBytes,
        forget: () => sessions.forget(given),
      });
    });
    answer(reply, encoding, { session: id, cursor: buffer.cursor, waitMs });
  });

  app.get("/poll", (request, reply) => {
    const session = sessions.require(request.headers);
    const after = isObject(request.query) ? request.query.after : undefined;
    if (typeof after !== "string") throw new LabError("invalid_cursor", "poll with ?after=<cursor>");
    session.peer.poll(reply.raw, after);
    // Ready bodies go out as they are, past what reply.send() would do for each.
    reply.hijack();
  });

  app.delete("/sessions", (request, reply) => {
    sessions.require(request.headers).peer.end(new LabError("closed", "the session was ended by its client"));
    return reply.code(204).send();
  });

  app.addHook("preClose", async () => sessions.endAll(new LabError("closed", "the server is closing")));
  return listenHttp(app, address, () => outlet.detach());
}

const POLL = "/poll?after=";

/** Takes a poll that is as the next one of a live session should be; whatever is odd about it is for the route to refuse. */
function pollShortcut(
  sessions: HttpSessions<PollPeer>,
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (method !== "GET" || !url?.startsWith(POLL)) return false;
  const after = url.slice(POLL.length);
  const session = sessions.peek(headers["x-session"]);
  if (!session?.peer.expects(after)) return false;
  session.peer.poll(response, after);
  return true;
}

/** How long the client wants its polls to wait, and never longer than the server's own interval. */
function readWait({ body }: FastifyRequest, intervalMs: number): number {
  const asked = isObject(body) ? body.waitMs : undefined;
  if (asked === undefined) return intervalMs;
  if (typeof asked !== "number" || !(asked > 0))
    throw new LabError("malformed", "waitMs is a number of milliseconds above 0");
  return Math.min(asked, intervalMs);
}
