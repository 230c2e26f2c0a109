import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { boundAddress, closeServer, createHttpServer, listen } from "../../transports/net/listen.ts";
import { isThisMachine } from "../live/refusal.ts";

/** Between two states that pages are told. */
const PACE_MS = 250;
const MAX_ORDER_BYTES = 16 * 1024;

/** What the page consists of; script and style sheet are beside it, under the page's name. */
export interface PageFiles {
  readonly page: string;
  readonly script: string;
  readonly style: string;
  readonly policy: string;
}

export interface PageServer {
  readonly port: number;
  /** From now on the page is there; before that it answers 503. */
  show(files: PageFiles, service: PageService): void;
  close(): Promise<void>;
}

/** What the page's server needs of what the page is about. */
export interface PageService {
  /** What pages are told, as JSON, whenever it has changed. */
  state(): object;
  /** Settles with why it can't be done, or undefined when it is. */
  take(order: string): Promise<string | undefined>;
  /** Whether any page is open. */
  watched(watched: boolean): void;
}

/**
 * Serves a page on 127.0.0.1 to this machine alone, and takes its orders; `name` is that of its files, and what messages call it. Rejects with
 * `unreachable` where the port is taken.
 */
export async function startPageServer(port: number, name: string): Promise<PageServer> {
  let shown: { readonly files: PageFiles; readonly service: PageService } | undefined;
  /** Those that are open, and what each was told last. */
  const pages = new Map<ServerResponse, string>();
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    const text = `data: ${JSON.stringify(shown?.service.state())}\n\n`;
    for (const [page, last] of pages) {
      // A page that has stopped reading is told less, and holds no memory here.
      if (text === last || page.writableNeedDrain) continue;
      page.write(text);
      pages.set(page, text);
    }
  };
  const follow = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    pages.set(response, "");
    shown?.service.watched(true);
    timer ??= setInterval(tell, PACE_MS);
    tell();
    response.once("close", () => {
      pages.delete(response);
      if (pages.size > 0) return;
      clearInterval(timer);
      timer = undefined;
      shown?.service.watched(false);
    });
  };
  const order = async (request: IncomingMessage, response: ServerResponse, service: PageService) => {
    const text = await bodyOf(request);
    const refused = text === undefined ? "the order is too large" : await service.take(text);
    respond(response, refused === undefined ? 204 : 400, "text/plain", refused ?? "");
    tell();
  };
  const server = createHttpServer(undefined, {}, (request, response) => {
    const { method, url, headers } = request;
    if (!isThisMachine(headers.host, request.socket.localPort))
      return respond(response, 403, "text/plain", `this host is not the ${name}'s\n`);
    if (!shown) return respond(response, 503, "text/plain", `the ${name} is about to start\n`);
    const { files, service } = shown;
    response.setHeader("content-security-policy", files.policy);
    if (method === "GET" && url === "/") return respond(response, 200, "text/html", files.page);
    if (method === "GET" && url === `/${name}.js`)
      return respond(response, 200, "text/javascript", files.script);
    if (method === "GET" && url === `/${name}.css`) return respond(response, 200, "text/css", files.style);
    if (method === "GET" && url === "/state") return follow(response);
    if (method !== "POST" || url !== "/orders")
      return respond(response, 404, "text/plain", "there is nothing here; the page is at /\n");
    // A browser names the page that a POST comes from: no other than this one gives orders.
    if (headers.origin !== `http://${headers.host}`)
      return respond(response, 403, "text/plain", `orders are taken from the ${name}'s own page\n`);
    order(request, response, service).catch(() => response.destroy());
  });
  await listen(server, "127.0.0.1", port);
  return {
    port: Number(new URL(`http://${boundAddress(server)}`).port),
    show: (files, service) => {
      shown = { files, service };
    },
    close: async () => {
      clearInterval(timer);
      const closed = closeServer(server);
      server.closeAllConnections();
      await closed;
    },
  };
}

function respond(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  response.end(text);
}

/** Undefined for one that is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let size = 0;
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= MAX_ORDER_BYTES) parts.push(part);
  });
  await once(request, "end");
  return size <= MAX_ORDER_BYTES ? Buffer.concat(parts).toString() : undefined;
}
