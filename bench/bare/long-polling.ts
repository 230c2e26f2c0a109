import { type FastifyReply, fastify } from "fastify";
import { Client } from "undici";
import { boundAddress } from "../../transports/listen.ts";
import type { BareWire } from "./bare.ts";

interface Waiting {
  /** What came between two polls. */
  texts: string[];
  reply: FastifyReply | undefined;
}

/** A waiting reply a subscriber on fastify, and reply.send() in a loop. */
export const longPolling: BareWire = {
  wire: "long-polling",
  serve: async () => {
    const app = fastify({ forceCloseConnections: true });
    const sessions = new Map<string, Waiting>();
    const send = (reply: FastifyReply, texts: readonly string[]) =>
      reply.type("application/json").send(`{"cursor":"1","events":[${texts.join(",")}]}`);
    app.post("/sessions", () => {
      const session = String(sessions.size);
      sessions.set(session, { texts: [], reply: undefined });
      return { session, cursor: "0" };
    });
    app.post("/subscribe", () => ({}));
    app.get("/poll", (request, reply) => {
      const session = sessions.get(String(request.headers["x-session"]));
      if (!session) reply.code(410).send("");
      else if (session.texts.length > 0) send(reply, session.texts.splice(0));
      else session.reply = reply;
    });
    await app.listen({ host: "127.0.0.1", port: 0 });
    return {
      url: `http://${boundAddress(app.server)}`,
      broadcast: (text) => {
        for (const session of sessions.values()) {
          const { reply } = session;
          session.reply = undefined;
          if (reply) send(reply, [text]);
          else session.texts.push(text);
        }
      },
      close: () => app.close(),
    };
  },
  subscribe: async (url, token, channel, onMessage) => {
    const client = new Client(url, { headersTimeout: 0, bodyTimeout: 0 });
    const ask = async (
      method: "GET" | "POST",
      path: string,
      headers: Record<string, string>,
      body?: object,
    ) => {
      const type: Record<string, string> = body ? { "content-type": "application/json" } : {};
      const answer = await client.request({
        method,
        path,
        headers: { ...headers, ...type },
        body: body ? JSON.stringify(body) : null,
      });
      const value: unknown = await answer.body.json();
      return typeof value === "object" && value !== null ? { ...value } : {};
    };
    const opened: { session?: unknown; cursor?: unknown } = await ask("POST", "/sessions", {
      authorization: `Bearer ${token}`,
    });
    const headers = { "x-session": String(opened.session) };
    await ask("POST", "/subscribe", headers, { channel });
    const close = () => void client.destroy();
    const poll = async () => {
      let after = opened.cursor;
      while (!client.destroyed) {
        // The body must be parsed here: a client of this wire needs the cursor to go on.
        const answer: { cursor?: unknown; events?: unknown } = await ask(
          "GET",
          `/poll?after=${String(after)}`,
          headers,
        );
        after = answer.cursor;
        if (Array.isArray(answer.events)) for (const _ of answer.events) onMessage();
      }
    };
    poll().catch(close);
    return { close };
  },
};
