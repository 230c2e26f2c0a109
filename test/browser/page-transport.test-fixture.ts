import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { isErrorCode, LabError } from "../../core/errors.ts";
import type { Accepted, HubEvent } from "../../core/notification.ts";
import type { PageTransport } from "../../transports/browser.ts";
import { closeServer, listen } from "../../transports/net/listen.ts";
import type {
  CloseReason,
  ConnectionState,
  ConnectOptions,
  Endpoint,
  Subscription,
  Transport,
  TransportClient,
} from "../../transports/port/transport.ts";

/** A script of test/browser/page with all that it imports, as a page runs it. */
export async function bundled(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`page/${name}`, import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    target: ["chrome123", "firefox120", "safari17.5"],
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** An application's page, of an origin of its own. */
export async function serveApplication(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(
      `<!doctype html><html lang="en"><title>An application</title><link rel="icon" href="data:,"><div id="root"></div>`,
    );
  });
  const bound = await listen(server, "127.0.0.1", 0);
  return { url: `http://${bound}/`, close: () => closeServer(server) };
}

type Told = { readonly client: number } & (
  | { readonly kind: "event"; readonly subscription: number; readonly event: HubEvent }
  | { readonly kind: "state"; readonly state: ConnectionState }
  | { readonly kind: "closed"; readonly reason: CloseReason }
);

/** What one client in the page has to tell. */
interface Listening {
  readonly events: Map<number, (event: HubEvent) => void>;
  readonly onState: ConnectOptions["onState"];
  readonly closed: (reason: CloseReason) => void;
}

interface Outcome<T> {
  readonly value?: T;
  readonly error?: { readonly code: unknown; readonly message: string };
}

/** Clients in a page, each used from here as if it were here. */
export interface PageClients {
  /** The transport, whose clients run in the page. */
  of(transport: Transport): Transport;
}

/** Puts the clients' script into a page. `name` of a transport is what the page knows it by. */
export async function clientsIn(page: Page): Promise<PageClients> {
  const listening = new Map<number, Listening>();
  let clients = 0;
  await page.exposeFunction("labTell", (all: readonly Told[]) => {
    for (const told of all) {
      const to = listening.get(told.client);
      if (told.kind === "event") to?.events.get(told.subscription)?.(told.event);
      else if (told.kind === "state") to?.onState?.(told.state);
      else to?.closed(told.reason);
    }
  });
  await page.evaluate(await bundled("clients.ts"));
  const ask = async <T>(call: string, ...parameters: readonly unknown[]): Promise<T> => {
    const asked = `lab.ask(() => lab.calls.${call}(...${JSON.stringify(parameters)}))`;
    const { value, error } = await page.evaluate<Outcome<T>>(asked);
    if (error) throw new LabError(isErrorCode(error.code) ? error.code : "internal", error.message);
    return value as T;
  };

  const connect = async (
    name: PageTransport,
    endpoint: Endpoint,
    { signal, onState, localAddress: _, ...options }: ConnectOptions,
  ): Promise<TransportClient> => {
    clients += 1;
    const id = clients;
    const events: Listening["events"] = new Map();
    let subscriptions = 0;
    const closed = new Promise<CloseReason>((resolve) => {
      listening.set(id, { events, onState, closed: resolve });
    });
    const attempt = ask<void>("connect", id, name, endpoint, options);
    const abort = () => void ask("abort", id);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    await attempt.finally(() => signal?.removeEventListener("abort", abort));
    return {
      closed,
      subscribe: async (channel, onEvent, after) => {
        subscriptions += 1;
        events.set(subscriptions, onEvent);
        const { seq, cursor, missed } = await ask<Subscription>(
          "subscribe",
          id,
          subscriptions,
          channel,
          after,
        );
        return { seq, cursor, missed };
      },
      publish: ({ channel, body }) => ask<Accepted>("publish", id, channel, body),
      markRead: (notification) => ask<void>("markRead", id, notification),
      close: () => ask<void>("close", id),
    };
  };
  return {
    of: (transport) => ({
      ...transport,
      serve: (hub, options) => transport.serve(hub, { origins: ["*"], ...options }),
      connect: (endpoint, options) => connect(transport.name as PageTransport, endpoint, options),
    }),
  };
}
