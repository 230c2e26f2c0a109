import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Hub } from "../../core/hub.ts";
import { type MaybePromise, whenDone } from "../../core/maybe-promise.ts";
import { bearerToken } from "../session/bearer.ts";
import { type Fields, isObject, type Operation, perform, type Result } from "../session/envelope.ts";
import { answer, type HttpApp, type HttpCodec, unread } from "./server.ts";
import type { HttpPeer, HttpSessions } from "./sessions.ts";
import { HttpVisitors } from "./visitors.ts";

/** Where the operations are asked for, and what is asked. */
export interface OperationRequests {
  paths(op: Operation["op"]): readonly string[];
  /** Of a body that the codec has parsed. Throws `malformed`. */
  fields(op: Operation["op"], body: Fields): Fields;
}

const plain: OperationRequests = {
  // As on every server over HTTP a back end may publish at /notifications.
  paths: (op) => (op === "publish" ? ["/publish", "/notifications"] : [`/${op}`]),
  fields: (_, body) => body,
};

/** What identifies who asks. */
export type Asking = Pick<IncomingMessage, "headers" | "url">;

/**
 * Carries out one operation of an open session (`x-session`), or of a visitor (a token alone). `trust` is called when the session or the token
 * holds. Throws or rejects with the hub's codes.
 */
export function createOperations<P extends HttpPeer>(
  hub: Hub,
  sessions: HttpSessions<P>,
): (op: Operation["op"], fields: Fields, asking: Asking, trust: () => void) => MaybePromise<Result> {
  const visitors = new HttpVisitors(hub);
  return (op, fields, asking, trust) => {
    const request = { ...fields, op };
    const session = sessions.find(asking.headers);
    if (!session) {
      const identity = hub.admit(bearerToken(asking));
      trust();
      return visitors.perform(identity, request);
    }
    trust();
    session.peer.heard?.();
    return whenDone(perform(hub, session, request), ({ result, catchUp }) => {
      if (catchUp) session.peer.catchUp(catchUp);
      return result;
    });
  };
}

/** POST /subscribe, /publish and /read, of an open session (`x-session`) or of a visitor (a token alone). */
export function addOperations<P extends HttpPeer>(
  { app, connections }: HttpApp,
  hub: Hub,
  sessions: HttpSessions<P>,
  codec: HttpCodec,
  { paths, fields }: OperationRequests = plain,
): void {
  const operate = createOperations(hub, sessions);
  const carryOut = (op: Operation["op"], { body, raw }: FastifyRequest): MaybePromise<Result> => {
    if (!isObject(body)) throw unread(codec);
    return operate(op, fields(op, body), raw, () => connections.trust(raw.socket));
  };
  const routes = (["subscribe", "publish", "read"] as const).flatMap((op) =>
    paths(op).map((path) => [path, op] as const),
  );
  for (const [path, op] of routes)
    app.post(path, (request, reply) => {
      const result = carryOut(op, request);
      if (!(result instanceof Promise)) answer(reply, codec, result);
      // What it rejects with is for the application's handler of errors, as what is thrown.
      else return result.then((late) => answer(reply, codec, late)).then(() => reply);
      return undefined;
    });
}
