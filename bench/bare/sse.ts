import type { Socket } from "node:net";
import { createEventBuffer, createSession, type Session } from "better-sse";
import { createParser } from "eventsource-parser";
import { type FastifyInstance, fastify } from "fastify";
import { Client } from "undici";
import { boundAddress } from "../../transports/net/listen.ts";
import type { BareServer, BareSubscriber, BareTransport } from "./bare.ts";

/** A better-sse session a stream on fastify, and one event buffer for all of them, as its guide on batching has it. */
export const sse: BareTransport = {
  transport: "sse",
  loop: "batch() of one event buffer",
  serve: async () => {
    const app = fastify({ forceCloseConnections: true });
    const sessions = new Set<Session>();
    app.get("/events", async (request, reply) => {
      reply.hijack();
      const session = await createSession(request.raw, reply.raw, { keepAlive: null });
      sessions.add(session);
      session.once("disconnected", () => sessions.delete(session));
    });
    return listen(app, (text) => {
      // The text is JSON already.
      const buffer = createEventBuffer({ serializer: String }).id("1").data(text).dispatch();
      for (const session of sessions) session.batch(buffer);
    });
  },
  subscribe,
};

/** A fastify response a stream, and one chunk of the chunked coding (RFC 9112, 7.1) for all, written to the socket under each. */
export const sseRaw: BareTransport = {
  transport: "sse:raw",
  loop: "write() of one chunk",
  serve: async () => {
    const app = fastify({ forceCloseConnections: true });
    const streams = new Set<Socket>();
    app.get("/events", (request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      reply.raw.flushHeaders();
      streams.add(request.raw.socket);
      reply.raw.once("close", () => streams.delete(request.raw.socket));
    });
    return listen(app, (text) => {
      const event = `id:1\ndata:${text}\n\n`;
      const chunk = Buffer.from(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
      for (const stream of streams) stream.write(chunk);
    });
  },
  subscribe,
};

async function listen(app: FastifyInstance, broadcast: (text: string) => void): Promise<BareServer> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { url: `http://${boundAddress(app.server)}`, broadcast, close: () => app.close() };
}

/** Counts the events that are notifications: the adapter's other events have names of their own. */
async function subscribe(
  url: string,
  token: string,
  channel: string,
  onMessage: () => void,
): Promise<BareSubscriber> {
  const parser = createParser({
    onEvent: ({ event }) => {
      if (event === undefined || event === "message") onMessage();
    },
  });
  const client = new Client(url, { bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${token}` };
  const { body } = await client.request({ method: "GET", path: `/events?channel=${channel}`, headers });
  const decoder = new TextDecoder();
  body.on("data", (chunk: Buffer) => parser.feed(decoder.decode(chunk, { stream: true })));
  const close = () => void client.destroy();
  body.on("error", close);
  return { close };
}
