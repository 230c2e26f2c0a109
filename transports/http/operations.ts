import type { FastifyRequest } from "fastify";
import type { Hub } from "../../core/hub.ts";
import { type MaybePromise, whenDone } from "../../core/maybe-promise.ts";
import type { Codec } from "../codec/codec.ts";
import { bearerToken } from "../session/bearer.ts";
import { isObject, type Operation, perform, type Result } from "../session/envelope.ts";
import { answer, type HttpApp, unread } from "./server.ts";
import type { HttpPeer, HttpSessions } from "./sessions.ts";
import { HttpVisitors } from "./visitors.ts";

const ROUTES = [
  ["/subscribe", "subscribe"],
  ["/publish", "publish"],
  ["/notifications", "publish"],
  ["/read", "read"],
] as const satisfies readonly (readonly [path: string, op: Operation["op"]])[];

/** POST /subscribe, /publish (or /notifications, as on every server over HTTP) and /read, of an open session (`x-session`) or of a visitor (a token alone). */
export function addOperations<P extends HttpPeer>(
  { app, connections }: HttpApp,
  hub: Hub,
  sessions: HttpSessions<P>,
  codec: Codec,
): void {
  const visitors = new HttpVisitors(hub);
  const carryOut = (op: Operation["op"], { body, headers, raw }: FastifyRequest): MaybePromise<Result> => {
    if (!isObject(body)) throw unread(codec);
    const session = sessions.find(headers);
    if (!session) {
      const identity = hub.admit(bearerToken(raw));
      connections.trust(raw.socket);
      return visitors.perform(identity, { ...body, op });
    }
    connections.trust(raw.socket);
    session.peer.heard?.();
    return whenDone(perform(hub, session, { ...body, op }), ({ result, catchUp }) => {
      if (catchUp) session.peer.catchUp(catchUp);
      return result;
    });
  };
  for (const [path, op] of ROUTES)
    app.post(path, (request, reply) => {
      const result = carryOut(op, request);
      if (!(result instanceof Promise)) answer(reply, codec, result);
      // What it rejects with is for the application's handler of errors, as what is thrown.
      else return result.then((late) => answer(reply, codec, late)).then(() => reply);
      return undefined;
    });
}
