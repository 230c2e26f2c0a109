import { get, type ServerResponse } from "node:http";
import { createSession, type Session } from "better-sse";
import { type FastifyInstance, fastify } from "fastify";
import { boundAddress } from "../../transports/listen.ts";
import type { BareServer, BareWire } from "./bare.ts";

/** A better-sse session a stream on fastify, and push() in a loop. */
export const sse: BareWire = {
  wire: "sse",
  serve: async () => {
    const app = fastify({ forceCloseConnections: true });
    const sessions = new Set<Session>();
    app.get("/events", async (request, reply) => {
      reply.hijack();
      const session = await createSession(request.raw, reply.raw, {
        keepAlive: null,
        // The text is JSON already.
        serializer: String,
      });
      sessions.add(session);
      session.once("disconnected", () => sessions.delete(session));
    });
    return listen(app, (text) => {
      for (const session of sessions) session.push(text, "message", "1");
    });
  },
  subscribe,
};

/** A fastify response a stream, and write() in a loop. */
export const sseRaw: BareWire = {
  wire: "sse:raw",
  serve: async () => {
    const app = fastify({ forceCloseConnections: true });
    const responses = new Set<ServerResponse>();
    app.get("/events", (_, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      reply.raw.flushHeaders();
      responses.add(reply.raw);
      reply.raw.once("close", () => responses.delete(reply.raw));
    });
    return listen(app, (text) => {
      const event = `id:1\ndata:${text}\n\n`;
      for (const response of responses) response.write(event);
    });
  },
  subscribe,
};

async function listen(app: FastifyInstance, broadcast: (text: string) => void): Promise<BareServer> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { url: `http://${boundAddress(app.server)}`, broadcast, close: () => app.close() };
}

/** Counts the blocks of the stream that are notifications: the adapter's other events have names. */
function subscribe(url: string, token: string, channel: string, onMessage: () => void) {
  return new Promise<{ close(): void }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(`${url}/events?channel=${channel}`, { agent: false, headers }, (response) => {
      let rest = "";
      response.setEncoding("latin1");
      response.on("data", (chunk: string) => {
        rest += chunk;
        let from = 0;
        for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n", from)) {
          // An event without a name begins with its id, or as better-sse writes it, is named "message".
          if (rest.startsWith("id:", from) || rest.startsWith("event:message\n", from)) onMessage();
          from = end + 2;
        }
        rest = rest.slice(from);
      });
      response.on("error", () => request.destroy());
      resolve({ close: () => request.destroy() });
    });
    request.once("error", reject);
  });
}
