import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import { Client } from "undici";
import { closeServer, listen } from "../../transports/net/listen.ts";
import type { BareSubscriber, BareTransport } from "./bare.ts";
import { serveOnFastify } from "./on-fastify.ts";

/** A fastify reply that waits for each subscriber, and send() of one answer. */
export const longPolling: BareTransport = {
  transport: "long-polling",
  loop: "reply.send() of one answer",
  serve: () =>
    serveOnFastify((app) => {
      const polls = new Polls<FastifyReply>((reply, answer) => reply.type("application/json").send(answer));
      app.post("/sessions", () => polls.open());
      app.post("/subscribe", () => ({}));
      app.get("/poll", (request, reply) => {
        if (!polls.wait(request.headers["x-session"], reply)) reply.code(410).send("");
      });
      return (text) => polls.broadcast(text);
    }),
  subscribe,
};

/** A response of node:http that waits for each subscriber, and end() of one answer. */
export const longPollingRaw: BareTransport = {
  transport: "long-polling:raw",
  loop: "response.end() of one answer",
  serve: async () => {
    const polls = new Polls<ServerResponse>((response, answer) => {
      const length = String(Buffer.byteLength(answer));
      response.writeHead(200, ["content-type", "application/json", "content-length", length]);
      response.end(answer);
    });
    const server = createServer((request: IncomingMessage, response) => {
      if (request.url === "/sessions") response.end(JSON.stringify(polls.open()));
      else if (request.url === "/subscribe") response.end("{}");
      else if (!polls.wait(request.headers["x-session"], response)) response.writeHead(410).end();
    });
    const bound = await listen(server, "127.0.0.1", 0);
    return {
      url: `http://${bound}`,
      broadcast: (text) => polls.broadcast(text),
      close: async () => {
        const closed = closeServer(server);
        server.closeAllConnections();
        await closed;
      },
    };
  },
  subscribe,
};

interface Waiting<Reply> {
  /** What came between two polls. */
  texts: string[];
  reply: Reply | undefined;
}

/** The sessions of a bare server, each with the reply that waits, if one does. */
class Polls<Reply> {
  readonly #sessions = new Map<string, Waiting<Reply>>();
  readonly #send: (reply: Reply, answer: string) => void;

  constructor(send: (reply: Reply, answer: string) => void) {
    this.#send = send;
  }

  open(): { readonly session: string; readonly cursor: string } {
    const session = String(this.#sessions.size);
    this.#sessions.set(session, { texts: [], reply: undefined });
    return { session, cursor: "0" };
  }

  /** False for a session that is not there. */
  wait(id: unknown, reply: Reply): boolean {
    const session = this.#sessions.get(String(id));
    if (!session) return false;
    if (session.texts.length > 0) this.#send(reply, answerOf(session.texts.splice(0)));
    else session.reply = reply;
    return true;
  }

  broadcast(text: string): void {
    const answer = answerOf([text]);
    for (const session of this.#sessions.values()) {
      const { reply } = session;
      session.reply = undefined;
      if (reply) this.#send(reply, answer);
      else session.texts.push(text);
    }
  }
}

function answerOf(texts: readonly string[]): string {
  return `{"cursor":"1","events":[${texts.join(",")}]}`;
}

async function subscribe(
  url: string,
  token: string,
  channel: string,
  onMessage: () => void,
): Promise<BareSubscriber> {
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
      // The body must be parsed here: a client of this transport needs the cursor to go on.
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
}
