import { Client } from "undici";
import type { BareSubscriber, BareTransport } from "./bare.ts";
import { serveOnFastify } from "./on-fastify.ts";

/** Sooner than the transport's second, so that a burst does not take minutes; the same on both sides. */
const EVERY_MS = 250;

/** A fastify route that answers each poll at once: with all that has come since, or 304. */
export const polling: BareTransport = {
  transport: "polling",
  loop: "reply.send() of what is new",
  serve: () =>
    serveOnFastify((app) => {
      const sessions = new Map<string, { seen: number }>();
      /** What every session gets, in its order; those before `first` all have been asked for. */
      const texts: string[] = [];
      let first = 0;
      app.post("/sessions", () => {
        const session = String(sessions.size);
        sessions.set(session, { seen: first + texts.length });
        return { session, cursor: String(first + texts.length), everyMs: EVERY_MS };
      });
      app.post("/subscribe", () => ({}));
      app.get<{ Querystring: { after: string } }>("/notifications", (request, reply) => {
        const session = sessions.get(String(request.headers["x-session"]));
        if (!session) {
          reply.code(410).send("");
          return;
        }
        const seen = Number(request.query.after);
        session.seen = seen;
        const next = first + texts.length;
        const tag = `"${next}"`;
        reply.header("etag", tag).header("cache-control", "private, no-cache");
        if (request.headers["if-none-match"] === tag) {
          reply.code(304).send();
          return;
        }
        const events = texts.slice(seen - first);
        reply.type("application/json").send(`{"cursor":"${next}","events":[${events.join(",")}]}`);
      });
      return (text) => {
        texts.push(text);
        if (texts.length < 1_000) return;
        const all = Math.min(...[...sessions.values()].map(({ seen }) => seen));
        texts.splice(0, all - first);
        first = all;
      };
    }),
  subscribe,
};

interface Answer {
  readonly session?: unknown;
  readonly cursor?: unknown;
  readonly events?: unknown;
}

async function subscribe(
  url: string,
  token: string,
  channel: string,
  onMessage: () => void,
): Promise<BareSubscriber> {
  const client = new Client(url);
  const json = { "content-type": "application/json" };
  const ask = async (
    method: "GET" | "POST",
    path: string,
    headers: Record<string, string>,
    body: object | null = null,
  ) => {
    const { statusCode, body: content } = await client.request({
      method,
      path,
      headers: { ...headers, ...(body && json) },
      body: body && JSON.stringify(body),
    });
    const text = await content.text();
    const answer: Answer = text === "" ? {} : JSON.parse(text);
    return { statusCode, answer };
  };
  const opened = await ask("POST", "/sessions", { authorization: `Bearer ${token}` }, { everyMs: EVERY_MS });
  const headers = { "x-session": String(opened.answer.session) };
  await ask("POST", "/subscribe", headers, { channel });
  let after = String(opened.answer.cursor);
  const poll = async () => {
    const path = `/notifications?after=${after}`;
    const { statusCode, answer } = await ask("GET", path, { ...headers, "if-none-match": `"${after}"` });
    if (statusCode !== 200) return;
    after = String(answer.cursor);
    if (Array.isArray(answer.events)) for (const _ of answer.events) onMessage();
  };
  const close = () => {
    clearTimeout(timer);
    void client.destroy();
  };
  // Not all at once: clients of a service have not begun together either. And in step from then on: clients that wait from one answer to the next poll fall in with
  // one another, differently on either side, and those that come together are cheaper.
  let dueMs = performance.now() + Math.random() * EVERY_MS;
  const again = () => {
    dueMs = Math.max(dueMs + EVERY_MS, performance.now());
    timer = setTimeout(() => void poll().then(again, close), dueMs - performance.now());
  };
  let timer = setTimeout(() => void poll().then(again, close), dueMs - performance.now());
  return { close };
}
