import {
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { LabError } from "../../core/errors.ts";
import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import type { Hub } from "../../core/hub.ts";
import { settle } from "../../core/maybe-promise.ts";
import { json } from "../codec/codec.ts";
import { readBody } from "../http/back-ends.ts";
import { toHttpError } from "../http/errors.ts";
import { createGate } from "../http/gate.ts";
import { H2Resets } from "../http/h2-resets.ts";
import { H2Turns } from "../http/h2-turns.ts";
import { createOperations } from "../http/operations.ts";
import { readQuery } from "../http/streams/query.ts";
import { Streams } from "../http/streams/streams.ts";
import { Connections } from "../limits/connections.ts";
import { boundAddress, closeServer, endpointOf, listen, stopAccepting } from "../net/listen.ts";
import { type ServeSettings, serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { bearerToken } from "../session/bearer.ts";
import { maxRequestBytes, type Operation, type Result } from "../session/envelope.ts";
import { eventStream, type StreamOverH2 } from "./h2-framing.ts";

/** Streams that one connection may have open at once, its requests included; what browsers are usually allowed. */
const MAX_STREAMS = 100;
/** How long clients have to end their connections once their streams are over. */
const GOODBYE_MS = 250;

const OPERATIONS: Readonly<Record<string, Operation["op"]>> = {
  "/subscribe": "subscribe",
  "/publish": "publish",
  "/notifications": "publish",
  "/read": "read",
};

/** As sse on HTTP/1.1, on Node's own server of HTTP/2: a stream and the requests beside it share a connection. */
export async function serveH2(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const settings = serveDefaults(options);
  const { host, port, tls, maxBufferedBytes, handshakeTimeoutMs } = settings;
  const gate = createGate(settings);
  const streams = new Streams(hub, eventStream, maxBufferedBytes);
  const { sessions } = streams;
  const operate = createOperations(hub, sessions);
  const maxBytes = maxRequestBytes(hub);
  const server = createH2Server(settings);
  const open = new Set<ServerHttp2Session>();
  const connections = new Connections(server, settings);

  const refuse = (response: Http2ServerResponse, reason: unknown) => {
    if (LabError.from(reason).code === "internal") hub.internalError(reason);
    answerError(response, reason);
  };
  /** The connection stays for as long as the stream that showed a token or a session that holds, and the time of one without. */
  const trust = ({ stream, socket }: Http2ServerRequest) => {
    const { remoteAddress, remotePort } = socket;
    if (stream.destroyed || remoteAddress === undefined || remotePort === undefined) return;
    const remote = { remoteAddress, remotePort };
    connections.admit(remote);
    stream.once("close", () => connections.release(remote));
  };

  const openStream = async (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const { stream } = request;
    const query = readQuery({ query: queryOf(request.url), headers: request.headers });
    const identity = hub.admit(bearerToken(request));
    trust(request);
    const over: StreamOverH2 = { socket: stream, response };
    await streams.open(identity, query, { request: over, response: stream, ended: () => undefined });
  };

  const carryOut = (op: Operation["op"], request: Http2ServerRequest, response: Http2ServerResponse) => {
    // Who sends slowly, sends nothing else meanwhile that would keep the connection.
    const timer = setTimeout(
      () =>
        refuse(response, new LabError("timeout", "the request took too long to come in; send it at once")),
      handshakeTimeoutMs,
    );
    response.once("close", () => clearTimeout(timer));
    readBody(request, maxBytes, (content) => {
      clearTimeout(timer);
      settle<Result>(
        () => operate(op, content(), request, () => trust(request)),
        (result) => answer(response, 200, json.encode(result)),
        (reason) => refuse(response, reason),
      );
    });
  };

  const turns = new H2Turns();
  const resets = new H2Resets();
  const handle = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    if (gate.answers(request, response)) return;
    // CONNECT has none (RFC 9113, 8.5), whatever the types say.
    const path = request.method === "CONNECT" ? "" : (request.url.split("?", 1)[0] ?? "");
    const route = `${request.method} ${path}`;
    const op = request.method === "POST" ? OPERATIONS[path] : undefined;
    if (op !== undefined) carryOut(op, request, response);
    else if (route === "GET /events") openStream(request, response).catch((error) => refuse(response, error));
    else if (route === "POST /alive") {
      const { peer } = sessions.require(request.headers);
      trust(request);
      peer.echo();
      response.writeHead(204).end();
    } else throw new LabError("unsupported", `there is no ${route} here`);
  };

  const take = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    // What becomes of a stream is told by its end.
    request.stream.on("error", () => undefined);
    resets.watch(request);
    const remote = { remoteAddress: request.socket.remoteAddress, remotePort: request.socket.remotePort };
    turns.take(request, () => {
      if (!connections.attempt(remote)) return;
      try {
        handle(request, response);
      } catch (error) {
        refuse(response, error);
      }
    });
  };
  // The last two Node.js answers by itself where nobody listens, past turns and bounds.
  for (const event of ["request", "checkExpectation", "connect"]) server.on(event, take);
  server.on("session", (session: ServerHttp2Session) => {
    open.add(session);
    session.once("close", () => open.delete(session));
    session.on("error", () => session.destroy());
    endOnceSilent(session, hub.heartbeat);
  });

  await listen(server, host, port);
  let closing: Promise<void> | undefined;
  const close = async () => {
    const listening = closeServer(server);
    sessions.endAll(new LabError("closed", "the server is closing"));
    const left = [...open].map((session) => new Promise<void>((gone) => session.close(gone)));
    await Promise.race([Promise.all(left), new Promise((late) => setTimeout(late, GOODBYE_MS))]);
    connections.endAll();
    await listening;
    streams.outlet.detach();
  };
  return {
    endpoint: endpointOf("h2", boundAddress(server), tls),
    stopAccepting: () => {
      streams.outlet.admitNoMore();
      stopAccepting(server);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function createH2Server({ tls }: ServeSettings): Http2Server {
  const settings = { maxConcurrentStreams: MAX_STREAMS, enablePush: false };
  const server = tls
    ? createSecureServer({ ...tls, minVersion: "TLSv1.3", settings })
    : createServer({ settings });
  server.on("connection", (socket) => socket.setNoDelay(true));
  return server;
}

/**
 * Ends a connection that leaves a PING unanswered (RFC 9113, 6.7). Node.js 20 tells nobody when malformed frames have made a session deaf: it
 * then reads no more, not even that its client has gone.
 */
function endOnceSilent(session: ServerHttp2Session, { intervalMs, timeoutMs }: HeartbeatSettings): void {
  let late: NodeJS.Timeout | undefined;
  const probe = setInterval(() => {
    // It may have been destroyed and not closed yet.
    if (session.destroyed) return;
    late ??= setTimeout(() => session.destroy(), timeoutMs);
    session.ping(() => {
      clearTimeout(late);
      late = undefined;
    });
  }, intervalMs);
  session.once("close", () => {
    clearInterval(probe);
    clearTimeout(late);
  });
}

/** Of a repeated name all values, as fastify gives them. */
function queryOf(url: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  const at = url.indexOf("?");
  const values = new URLSearchParams(at < 0 ? "" : url.slice(at));
  for (const name of values.keys()) {
    const [first = "", ...more] = values.getAll(name);
    query[name] = more.length > 0 ? [first, ...more] : first;
  }
  return query;
}

function answerError(response: Http2ServerResponse, reason: unknown): void {
  const { status, body } = toHttpError(reason);
  if (response.headersSent || response.stream.destroyed) return;
  if (status === 401) response.setHeader("www-authenticate", "Bearer");
  if (status === 503) response.setHeader("retry-after", "1");
  answer(response, status, JSON.stringify(body));
}

function answer(response: Http2ServerResponse, status: number, text: string): void {
  const stream: ServerHttp2Stream = response.stream;
  if (response.headersSent || stream.destroyed) return;
  response.writeHead(status, { "content-type": json.mediaType, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
