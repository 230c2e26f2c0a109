import type { FastifyReply, FastifyRequest } from "fastify";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Subscribed } from "../../core/subscriptions.ts";
import { addOperations, type OperationRequests } from "../http/operations.ts";
import { createHttpApp, type HttpCodec, listenHttp } from "../http/server.ts";
import { HttpSessions } from "../http/sessions.ts";
import { attachStreams } from "../http/stream-outlet.ts";
import { type Chunk, type Framing, StreamPeer } from "../http/stream-peer.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { bearerToken } from "../session/bearer.ts";
import { type Fields, isAccepted, isSubscribeResult } from "../session/envelope.ts";
import { bytesOf, encode, encodeEvent } from "./framing.ts";
import {
  Accepted,
  Done,
  Follow,
  Publish,
  Read,
  Subscribe,
  Subscribed as SubscribedMessage,
} from "./generated/messages.ts";
import { framed, MEDIA_TYPE, SERVICE, trailersFrame, trailersOf } from "./web-framing.ts";

interface Frame extends Chunk {
  readonly frame: Uint8Array;
}

const chunkOf = (frame: Uint8Array): Frame => ({ frame, bytes: frame.length, units: frame.length });
const PING = chunkOf(framed(encode({ $case: "done", value: { ref: 0 } })));
/** What a page may send and read beside what is the same over HTTP. */
const CORS = {
  request: ["x-grpc-web", "x-user-agent", "grpc-timeout"],
  response: ["grpc-status", "grpc-message", "notif-code"],
};

const framing: Framing<Frame> = {
  event: (event) => chunkOf(framed(encodeEvent(event))),
  last: (reason) => chunkOf(trailersFrame(shown(reason))),
  open: async (_, response) => {
    response.writeHead(200, {
      "content-type": MEDIA_TYPE,
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      // It ends with its stream: a browser would send the next request on it, to a server that takes no new connections any more.
      connection: "close",
    });
    return ({ frame }) => void response.write(frame);
  },
};

/** One message in a request, and the answer of a unary call with the status behind it. */
const codec: HttpCodec = {
  mediaType: MEDIA_TYPE,
  encode: (result) => Buffer.concat([framed(resultMessage(result)), trailersFrame()]),
  parse: oneMessage,
};

const requests: OperationRequests = {
  paths: (op) => [`${SERVICE}/${op.charAt(0).toUpperCase()}${op.slice(1)}`],
  fields: (op, body) => {
    if (op === "publish") return { ...decoded(Publish, body) };
    if (op === "read") return { ...decoded(Read, body) };
    const { channel, resume } = decoded(Subscribe, body);
    return { channel, after: resume?.value };
  },
};

/** A server of gRPC-Web over HTTP/1.1: the call Follow is the stream of a session, in which the others are made. */
export async function serve(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const settings = serveDefaults(options);
  const outlet = attachStreams(hub, framing);
  const sessions = new HttpSessions(hub, outlet);
  const context = { hub, framing, maxBufferedBytes: settings.maxBufferedBytes };
  const http = createHttpApp(hub, settings, codec, { cors: CORS, refuse });
  const { app, connections } = http;
  addOperations(http, hub, sessions, codec, requests);

  app.post(`${SERVICE}/Follow`, async (request, reply) => {
    const { socket } = request.raw;
    const { channels, resume, alive } = decoded(Follow, request.body);
    const identity = hub.admit(bearerToken(request.raw));
    connections.trust(socket);
    let id = "";
    const forget = () => {
      sessions.forget(id);
      connections.distrust(socket);
    };
    const session = sessions.open(identity, (given) => {
      id = given;
      return new StreamPeer(context, {
        request: request.raw,
        response: reply.raw,
        declaresLife: alive,
        ping: PING,
        forget,
      });
    });
    const { peer } = session;
    try {
      const followed = hub.subscribe(session, channels, resume?.value);
      // Awaited only where there is something to wait for: what comes next has to be done before any event is.
      const { standings, catchUp } = followed instanceof Promise ? await followed : followed;
      for (const chunk of welcome(hub, id, standings)) peer.send(chunk);
      copyHead(reply);
      await peer.open();
      if (catchUp) peer.catchUp(catchUp);
    } catch (error) {
      peer.leave();
      // Before the head is out, what went wrong can be told.
      if (!reply.raw.headersSent) throw error;
      hub.internalError(error);
      peer.cut();
    }
    reply.hijack();
  });

  app.post(`${SERVICE}/Alive`, (request, reply) => {
    const { peer } = sessions.require(request.headers);
    connections.trust(request.raw.socket);
    peer.echo();
    return reply.type(MEDIA_TYPE).send(codec.encode({}));
  });

  app.addHook("preClose", async () => sessions.endAll(new LabError("closed", "the server is closing")));
  return listenHttp(app, settings, outlet);
}

/** Fields that fastify would have sent with the head. */
function copyHead(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
}

function welcome(hub: Hub, session: string, standings: readonly Subscribed[]): Frame[] {
  const { intervalMs } = hub.heartbeat;
  const told = standings.map((standing) => encode({ $case: "subscribed", value: { ...standing, ref: 0 } }));
  const first = encode({ $case: "welcome", value: { session, heartbeatMs: Math.ceil(intervalMs) } });
  return [first, ...told].map((message) => chunkOf(framed(message)));
}

/** A call that fails before its first message has its status in the head (Trailers-Only); who speaks no gRPC-Web is answered as by HTTP. */
function refuse({ headers }: FastifyRequest, reply: FastifyReply, reason: LabError): boolean {
  if (headers["content-type"]?.startsWith("application/grpc-web") !== true) return false;
  void reply
    .code(200)
    .type(MEDIA_TYPE)
    .headers(trailersOf(shown(reason)))
    .send();
  return true;
}

function shown(reason: LabError): LabError {
  return reason.code === "internal" ? new LabError("internal", "an error in the server; try again") : reason;
}

/** The bytes of the only message of a request. Throws `malformed` for anything else. */
function oneMessage(content: Buffer | string): Fields {
  const bytes = Buffer.from(content);
  if (bytes.length < 5 || bytes[0] !== 0 || bytes.readUInt32BE(1) !== bytes.length - 5)
    throw new LabError("malformed", "a request is one uncompressed message of gRPC-Web");
  return { message: bytes.subarray(5) };
}

function decoded<T>(type: { decode(bytes: Uint8Array): T }, body: unknown): T {
  const message = typeof body === "object" && body !== null && "message" in body ? body.message : undefined;
  if (!(message instanceof Uint8Array)) throw new LabError("malformed", `send ${MEDIA_TYPE}`);
  try {
    return type.decode(message);
  } catch (error) {
    throw new LabError("malformed", "the message is not protobuf", { cause: error });
  }
}

function resultMessage(result: object): Uint8Array {
  if (isSubscribeResult(result)) return bytesOf(SubscribedMessage, { ...result, ref: 0 });
  if (isAccepted(result)) return bytesOf(Accepted, { ...result, ref: 0 });
  return bytesOf(Done, { ref: 0 });
}
