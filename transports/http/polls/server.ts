import type { FastifyReply, FastifyRequest } from "fastify";
import { LabError } from "../../../core/errors.ts";
import type { HeartbeatSettings } from "../../../core/heartbeat.ts";
import type { Hub } from "../../../core/hub.ts";
import type { Codec } from "../../codec/codec.ts";
import { toEach } from "../../limits/guard.ts";
import { serveDefaults } from "../../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../../port/transport.ts";
import { bearerToken } from "../../session/bearer.ts";
import { type Fields, isObject } from "../../session/envelope.ts";
import { addOperations } from "../operations.ts";
import { answer, createHttpApp, listenHttp, type Shortcut } from "../server.ts";
import { HttpSessions } from "../sessions.ts";
import { createBatches } from "./batch.ts";
import { PollBuffer } from "./buffer.ts";
import { PollPeer, type PollTimes } from "./peer.ts";
import type { Poll } from "./poll.ts";

/** When the polls of one session come and are answered, and what its client is told of that. */
export interface PollSchedule extends PollTimes {
  readonly told: Fields;
}

/** What transports that poll differ in. */
export interface PollServing {
  readonly codec: Codec;
  /** Events that one answer brings, at most. */
  readonly batchOf: number;
  /** Where a poll goes, with `?after=<cursor>`. */
  readonly path: string;
  /** By what a client asked for when it opened its session, and the hub's heartbeat. Throws `malformed`. */
  schedule(asked: Fields, heartbeat: HeartbeatSettings): PollSchedule;
  poll(request: FastifyRequest, reply: FastifyReply): Poll;
  /** Called once a poll was taken that fastify is not to answer. */
  taken?(reply: FastifyReply): void;
  shortcut?(sessions: HttpSessions<PollPeer>): Shortcut;
}

/** POST /sessions opens, GET polls, DELETE /sessions ends; subscribe, publish and read are as on every HTTP transport. */
export async function servePolls(
  hub: Hub,
  options: ServeOptions | undefined,
  serving: PollServing,
): Promise<TransportServer> {
  const settings = serveDefaults(options);
  const { maxBufferedBytes } = settings;
  const { codec, batchOf } = serving;
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
  const http = createHttpApp(hub, settings, codec, { shortcut: serving.shortcut?.(sessions) });
  const { app, connections } = http;
  addOperations(http, hub, sessions, codec);

  app.post("/sessions", (request, reply) => {
    const { socket } = request.raw;
    const asked = isObject(request.body) ? request.body : {};
    const { told, ...times } = serving.schedule(asked, hub.heartbeat);
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
        times,
        hub,
        maxBufferedBytes,
        forget: () => sessions.forget(given),
        leave: (left) => connections.distrust(left),
      });
    });
    answer(reply, codec, { session: id, cursor: buffer.cursor, ...told });
  });

  app.get(serving.path, (request, reply) => {
    const { peer } = sessions.require(request.headers);
    connections.trust(request.raw.socket);
    const after = isObject(request.query) ? request.query.after : undefined;
    if (typeof after !== "string") throw new LabError("invalid_cursor", "poll with ?after=<cursor>");
    peer.poll(serving.poll(request, reply), after);
    serving.taken?.(reply);
  });

  app.delete("/sessions", (request, reply) => {
    sessions.require(request.headers).peer.end(new LabError("closed", "the session was ended by its client"));
    return reply.code(204).send();
  });

  app.addHook("preClose", async () => sessions.endAll(new LabError("closed", "the server is closing")));
  return listenHttp(app, settings, outlet);
}

/** The milliseconds of that name in what a client asks for, at most `mostMs`; that if it asks for none. Throws `malformed`. */
export function readMs(asked: Fields, name: string, mostMs: number): number {
  const ms = asked[name];
  if (ms === undefined) return mostMs;
  if (typeof ms !== "number" || !(ms > 0))
    throw new LabError("malformed", `${name} is a number of milliseconds above 0`);
  return Math.min(ms, mostMs);
}
