import type { ServerResponse } from "node:http";
import { Client } from "undici";
import type { BareSubscriber, BareTransport } from "./bare.ts";
import { serveOnFastify } from "./on-fastify.ts";

/** A fastify response a stream, and write() of one line to each. */
export const fetchStream: BareTransport = {
  transport: "fetch-stream",
  loop: "write() of one line",
  serve: () =>
    serveOnFastify((app) => {
      const responses = new Set<ServerResponse>();
      app.get("/stream", (_, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
        reply.raw.flushHeaders();
        responses.add(reply.raw);
        reply.raw.once("close", () => responses.delete(reply.raw));
      });
      return (text) => {
        const line = Buffer.from(`${text}\n`);
        for (const response of responses) response.write(line);
      };
    }),
  subscribe,
};

/** How lines with notifications begin, whoever writes them; others are the adapter's own. */
const NOTIFICATION = '{"kind":"notification"';

async function subscribe(
  url: string,
  token: string,
  channel: string,
  onMessage: () => void,
): Promise<BareSubscriber> {
  const client = new Client(url, { bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${token}` };
  const { body } = await client.request({ method: "GET", path: `/stream?channel=${channel}`, headers });
  const decoder = new TextDecoder();
  let rest = "";
  body.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith(NOTIFICATION)) onMessage();
  });
  const close = () => void client.destroy();
  body.on("error", close);
  return { close };
}
