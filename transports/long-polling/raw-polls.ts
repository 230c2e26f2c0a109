import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { LabError } from "../../core/errors.ts";
import { toHttpError } from "../http/errors.ts";
import type { Batch } from "../http/polls/batch.ts";
import type { PollPeer } from "../http/polls/peer.ts";
import type { Poll } from "../http/polls/poll.ts";
import type { Shortcut } from "../http/server.ts";
import type { HttpSessions } from "../http/sessions.ts";

/** Answered past fastify, by Node's own response. */
export class RawPoll implements Poll {
  readonly socket: Socket;
  readonly #response: ServerResponse;

  constructor({ socket }: IncomingMessage, response: ServerResponse) {
    this.socket = socket;
    this.#response = response;
  }

  answer({ mediaType, bytes, body }: Batch): void {
    // Names and values in turn, which Node.js takes without looking at each.
    const head = ["content-type", mediaType, "cache-control", "no-store", "content-length", String(bytes)];
    this.#response.writeHead(200, head);
    this.#response.end(body);
  }

  refuse(reason: LabError): void {
    const { status, body } = toHttpError(reason);
    const text = JSON.stringify(body);
    if (status === 401) this.#response.setHeader("www-authenticate", "Bearer");
    this.#response.writeHead(status, {
      "content-type": "application/json",
      "cache-control": "no-store",
      "content-length": Buffer.byteLength(text),
    });
    this.#response.end(text);
  }
}

const POLL = "/poll?after=";

/** Takes a poll that is as the next one of a live session should be; whatever is odd about it is for the route to refuse. */
export function pollShortcut(sessions: HttpSessions<PollPeer>): Shortcut {
  return (request, response, connections) => {
    const { method, url, headers, socket } = request;
    if (method !== "GET" || !url?.startsWith(POLL)) return false;
    const after = url.slice(POLL.length);
    const session = sessions.peek(headers["x-session"]);
    if (!session?.peer.expects(after)) return false;
    connections.trust(socket);
    session.peer.poll(new RawPoll(request, response), after);
    return true;
  };
}
