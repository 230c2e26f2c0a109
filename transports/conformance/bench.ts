import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import type { HubOptions } from "../../core/hub-options.ts";
import type { HubEvent, Notification } from "../../core/notification.ts";
import type {
  ConnectOptions,
  Endpoint,
  ServeOptions,
  Transport,
  TransportClient,
  TransportServer,
} from "../port/transport.ts";
import { jwtAuthenticator, jwtIssuer } from "../session/jwt.ts";

/** How long a check waits for what takes a moment: a busy machine may take seconds for it. */
export const PATIENCE_MS = 20_000;

/** Lifts or shortens what would make a check slow; each check sets what it is about. */
export type BenchOptions = Partial<HubOptions> & {
  readonly serve?: ServeOptions;
  /** The key of its tokens. Default: a new one. */
  readonly secret?: string;
};

/**
 * One running server of the transport under test, with its hub in reach, and everything that a check opens on it. `close()`
 * ends all of it.
 */
export interface Bench {
  readonly hub: Hub;
  readonly server: TransportServer;
  /** Of a token that is to run out: it holds for so long at least and a second more at most, since its end is a whole second (RFC 7519, 2). */
  readonly token: (user: string, holdsForMs?: number) => string;
  connect(user: string, options?: Partial<ConnectOptions>, endpoint?: Endpoint): Promise<TransportClient>;
  /** Closes the server and starts another with the same hub on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openBench(transport: Transport, options: BenchOptions = {}): Promise<Bench> {
  const { serve: serveOptions, secret = randomBytes(32).toString("hex"), ...hubOptions } = options;
  const issue = jwtIssuer(secret);
  const token: Bench["token"] = (user, holdsForMs) =>
    issue(user, holdsForMs === undefined ? undefined : holdsForMs + 1_000);
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
    ...hubOptions,
  });
  const clients = new Set<TransportClient>();
  let server = await transport.serve(hub, serveOptions);
  return {
    hub,
    get server() {
      return server;
    },
    token,
    connect: async (user, connectOptions, endpoint = server.endpoint) => {
      const client = await transport.connect(endpoint, {
        token: token(user),
        reconnect: { attempts: 0, delayMs: 0, jitter: 0 },
        pollEveryMs: 20,
        ...connectOptions,
      });
      clients.add(client);
      return client;
    },
    restart: async () => {
      const port = Number(server.endpoint.url.split(":").at(-1)?.replace(/\D/g, ""));
      await server.close();
      server = await transport.serve(hub, { ...serveOptions, port });
    },
    close: async () => {
      await Promise.all([...clients].map((client) => client.close()));
      await server.close();
    },
  };
}

/** Collects events, and lets a check wait for the n-th. */
export interface Inbox {
  readonly events: readonly HubEvent[];
  readonly bodies: readonly string[];
  readonly onEvent: (event: HubEvent) => void;
  /** Settles when `count` events are in; rejects after `withinMs` with what came instead. */
  waitFor(count: number, withinMs?: number): Promise<void>;
}

export function createInbox(): Inbox {
  const events: HubEvent[] = [];
  let onMore: () => void = () => undefined;
  return {
    events,
    get bodies() {
      return events
        .filter((event): event is Notification => event.kind === "notification")
        .map((event) => event.body);
    },
    onEvent: (event) => {
      events.push(event);
      onMore();
    },
    waitFor: (count, withinMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${events.length} of ${count} events came within ${withinMs} ms`)),
          withinMs,
        );
        onMore = () => {
          if (events.length < count) return;
          clearTimeout(timer);
          resolve();
        };
        onMore();
      }),
  };
}

/** Settles when the condition holds; rejects after `withinMs` naming it. For states that no event announces. */
export async function until(what: string, condition: () => boolean, withinMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Settles with the promise, or rejects after `withinMs` naming what was awaited. */
export function within<T>(what: string, promise: Promise<T>, withinMs = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${withinMs} ms: ${what}`)), withinMs);
  });
  const settled = Promise.race([promise, late]).finally(() => clearTimeout(timer));
  // Who comes back to it late, or not at all because something else failed first, leaves no rejection that nobody handles.
  settled.catch(() => undefined);
  return settled;
}

/** For assert.rejects: the LabError must carry this code. */
export function code(...codes: LabError["code"][]): (error: unknown) => boolean {
  return (error) => codes.includes(LabError.from(error).code);
}
