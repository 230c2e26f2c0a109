import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { type MaybePromise, settle } from "../../core/maybe-promise.ts";
import { json } from "../codec/codec.ts";
import { bearerToken } from "../session/bearer.ts";
import { maxRequestBytes, type Operation, type Result } from "../session/envelope.ts";
import { toHttpError } from "./errors.ts";
import type { HeadWriter } from "./origins.ts";
import { HttpVisitors } from "./visitors.ts";

/** A request with its content, of Node.js or of a library that has its own; `socket` is what tells its connection from others. */
export interface BackEndRequest<S> extends Readable, Pick<IncomingMessage, "method" | "url" | "headers"> {
  readonly socket: S;
}

export interface BackEndAnswer extends HeadWriter {
  readonly headersSent: boolean;
}

/** What a back end may ask in a single request with a token, and where; on every server that speaks HTTP. */
const OPERATIONS: Readonly<Record<string, Operation["op"]>> = {
  "/notifications": "publish",
  "/read": "read",
};

/**
 * POST /notifications and POST /read beside a protocol of its own, with the authentication, limits and errors of the service. `trust` is told of
 * the connection of each request whose token holds: it may stay for more requests, as long as Node.js lets an idle one.
 */
export function createBackEnds<S>(
  hub: Hub,
  trust: (socket: S) => void,
): (request: BackEndRequest<S>, response: BackEndAnswer) => boolean {
  const visitors = new HttpVisitors(hub);
  const maxBytes = maxRequestBytes(hub);
  return (request, response) => {
    const op = OPERATIONS[request.url?.split("?", 1)[0] ?? ""];
    if (op === undefined || request.method !== "POST") return false;
    const refuse = (reason: unknown) => {
      if (LabError.from(reason).code === "internal") hub.internalError(reason);
      answerError(response, reason);
    };
    readBody(request, maxBytes, (content) => {
      settle<Result>(
        (): MaybePromise<Result> => {
          const fields = content();
          const identity = hub.admit(bearerToken(request));
          trust(request.socket);
          return visitors.perform(identity, { ...fields, op });
        },
        (result) => send(response, 200, json.encode(result)),
        refuse,
      );
    });
    return true;
  };
}

/** Calls back once, with what gives the fields or throws why there are none; not at all when the client is gone. */
export function readBody(
  request: Readable & Pick<IncomingMessage, "headers">,
  maxBytes: number,
  done: (content: () => ReturnType<typeof json.parse>) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let over = false;
  const finish = (content: () => ReturnType<typeof json.parse>) => {
    if (over) return;
    over = true;
    done(content);
  };
  const tooLong = () => {
    throw new LabError("body_too_long", "the request is larger than the largest body makes it");
  };
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) finish(tooLong);
    else if (!over) chunks.push(chunk);
  });
  request.once("end", () =>
    finish(() => {
      if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
        throw new LabError("malformed", `send an object with content-type ${json.mediaType}`);
      return json.parse(Buffer.concat(chunks));
    }),
  );
}

function answerError(response: BackEndAnswer, reason: unknown): void {
  const { status, body } = toHttpError(reason);
  if (status === 401) response.setHeader("www-authenticate", "Bearer");
  if (status === 503) response.setHeader("retry-after", "1");
  // Who shows no token that holds, or more than is read, does not stay.
  if (status === 401 || status === 413) response.setHeader("connection", "close");
  send(response, status, JSON.stringify(body));
}

function send(response: BackEndAnswer, status: number, text: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": json.mediaType, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
