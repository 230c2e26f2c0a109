import type { FastifyRequest } from "fastify";
import type { Hub } from "../core/hub.ts";
import { bearerToken } from "./bearer.ts";
import type { Codec } from "./codec.ts";
import { isObject, type Operation, perform, type Result } from "./envelope.ts";
import { answer, type HttpApp, unread } from "./http-server.ts";
import type { HttpPeer, HttpSessions } from "./http-sessions.ts";
import { HttpVisitors } from "./http-visitors.ts";

/** POST /subscribe, /publish and /read, of an open session (`x-session`) or of a visitor (a token alone). */
export function addOperations<P extends HttpPeer>(
  { app, connections }: HttpApp,
  hub: Hub,
  sessions: HttpSessions<P>,
  codec: Codec,
): void {
  const visitors = new HttpVisitors(hub);
  const carryOut = (op: Operation["op"], { body, headers, raw }: FastifyRequest): Result => {
    if (!isObject(body)) throw unread(codec);
    const session = sessions.find(headers);
    if (!session) {
      const identity = hub.admit(bearerToken(raw));
      connections.trust(raw.socket);
      return visitors.perform(identity, { ...body, op });
    }
    connections.trust(raw.socket);
    session.peer.heard?.();
    const { result, catchUp } = perform(hub, session, { ...body, op });
    if (catchUp) session.peer.catchUp(catchUp);
    return result;
  };
  for (const op of ["subscribe", "publish", "read"] as const)
    app.post(`/${op}`, (request, reply) => answer(reply, codec, carryOut(op, request)));
}
