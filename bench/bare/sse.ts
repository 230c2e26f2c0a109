import { once } from "node:events";
import { connect, createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { connect as openSocket, type Socket } from "node:net";
import { createEventBuffer, createSession, type Session } from "better-sse";
import { createParser } from "eventsource-parser";
import { Client } from "undici";
import { closeServer, listen } from "../../transports/net/listen.ts";
import type { BareSubscriber, BareTransport } from "./bare.ts";
import { serveOnFastify } from "./on-fastify.ts";

/** A better-sse session a stream on fastify, and one event buffer for all of them, as its guide on batching has it. */
export const sse: BareTransport = {
  transport: "sse",
  loop: "batch() of one event buffer",
  serve: () =>
    serveOnFastify((app) => {
      const sessions = new Set<Session>();
      app.get("/events", async (request, reply) => {
        reply.hijack();
        const session = await createSession(request.raw, reply.raw, { keepAlive: null });
        sessions.add(session);
        session.once("disconnected", () => sessions.delete(session));
      });
      return (text) => {
        // The text is JSON already.
        const buffer = createEventBuffer({ serializer: String }).id("1").data(text).dispatch();
        for (const session of sessions) session.batch(buffer);
      };
    }),
  subscribe,
};

/** A fastify response a stream, and one chunk of the chunked coding (RFC 9112, 7.1) for all, written to the socket under each. */
export const sseRaw: BareTransport = {
  transport: "sse:raw",
  loop: "write() of one chunk",
  serve: () =>
    serveOnFastify((app) => {
      const streams = new Set<Socket>();
      app.get("/events", (request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
        reply.raw.flushHeaders();
        streams.add(request.raw.socket);
        reply.raw.once("close", () => streams.delete(request.raw.socket));
      });
      return (text) => {
        const event = `id:1\ndata:${text}\n\n`;
        const chunk = Buffer.from(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
        for (const stream of streams) stream.write(chunk);
      };
    }),
  subscribe,
};

/** A stream of Node's HTTP/2 a subscriber, on a connection of its own, and write() of one event to each. */
export const sseH2: BareTransport = {
  transport: "sse:h2",
  loop: "stream.write() of one event",
  serve: async () => {
    const server = createServer();
    const streams = new Set<ServerHttp2Stream>();
    const sessions = new Set<ServerHttp2Session>();
    server.on("connection", (socket) => socket.setNoDelay(true));
    server.on("session", (session) => {
      sessions.add(session);
      session.once("close", () => sessions.delete(session));
    });
    server.on("stream", (stream) => {
      stream.respond({ ":status": 200, "content-type": "text/event-stream", "cache-control": "no-store" });
      stream.on("error", () => undefined);
      streams.add(stream);
      stream.once("close", () => streams.delete(stream));
    });
    const bound = await listen(server, "127.0.0.1", 0);
    return {
      url: `http://${bound}`,
      broadcast: (text) => {
        const event = Buffer.from(`id:1\ndata:${text}\n\n`);
        for (const stream of streams) stream.write(event);
      },
      close: async () => {
        const closed = closeServer(server);
        for (const session of sessions) session.destroy();
        await closed;
      },
    };
  },
  subscribe: async (url, token, channel, onMessage) => {
    const { host, hostname, port } = new URL(url);
    const socket = openSocket({ host: hostname, port: Number(port), noDelay: true });
    const session = connect(`http://${host}`, { createConnection: () => socket });
    const close = () => session.destroy();
    session.on("error", close);
    const stream = session.request({
      ":path": `/events?channel=${channel}`,
      authorization: `Bearer ${token}`,
    });
    stream.on("error", close);
    await once(stream, "response");
    stream.on("data", countEvents(onMessage));
    return { close };
  },
};

/** Counts the events that are notifications: the adapter's other events have names of their own. */
function countEvents(onMessage: () => void): (chunk: Buffer) => void {
  const parser = createParser({
    onEvent: ({ event }) => {
      if (event === undefined || event === "message") onMessage();
    },
  });
  const decoder = new TextDecoder();
  return (chunk) => parser.feed(decoder.decode(chunk, { stream: true }));
}

async function subscribe(
  url: string,
  token: string,
  channel: string,
  onMessage: () => void,
): Promise<BareSubscriber> {
  const client = new Client(url, { bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${token}` };
  const { body } = await client.request({ method: "GET", path: `/events?channel=${channel}`, headers });
  body.on("data", countEvents(onMessage));
  const close = () => void client.destroy();
  body.on("error", close);
  return { close };
}
