import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import { pageTransports } from "../../transports/browser.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { startHttp2Front } from "../browser/http2-front.ts";
import { inPage } from "../browser/in-page.ts";
import type { LabPage, OpenBrowser } from "../browser/open.ts";
import { serveForPages } from "../browser/served.ts";

/** What one page did with many clients of one transport. */
export interface LimitFinding {
  readonly transport: string;
  /** What the browser spoke to the server with. */
  readonly over: "HTTP/1.1" | "HTTP/2" | "WebSocket";
  readonly asked: number;
  /** Clients that opened, one after the other, without any having to go; the milliseconds each took. */
  readonly openedMs: readonly number[];
  /** The next one, where there was no room for it. */
  readonly waiting?: Waiting;
  /** A publish of one of them while the others stood open, and nothing was closed. */
  readonly publishMs?: number;
  /** Connections that the browser opened for all of that; known over HTTP/2 alone. */
  readonly connections?: number;
}

/** What waited for room. */
export interface Waiting {
  /** The client that was one too many. */
  readonly client: Held;
  /** A publish by one of those that were open. */
  readonly publish: Held;
}

/** In milliseconds: how long it waited until another client was closed, and how long it took from there. */
export interface Held {
  readonly heldMs: number;
  readonly thenMs: number;
}

/** What opens takes some milliseconds; what has not opened by then waits. */
const HELD_MS = 1_500;
const PATIENCE_MS = 30_000;
const CHANNEL = "topic/limit";
/** Nothing is to come or go by itself while something waits. */
const HEARTBEAT = { intervalMs: 60_000, timeoutMs: 5_000 };

/** Has a page open so many clients of the transport, directly and, where they are requests over HTTP, through HTTP/2 as well. */
export async function browserLimit(
  transport: TransportEntry,
  asked: number,
  browser: OpenBrowser,
  signal: AbortSignal,
): Promise<LimitFinding[]> {
  const name = inPage(transport.name);
  if (!name) throw new LabError("unsupported", `${transport.name} has no client for pages`);
  const { server, token } = await serveForPages(transport, browser.origin, { heartbeat: HEARTBEAT });
  const play = async (over: LimitFinding["over"], url: string): Promise<LimitFinding> => {
    const page = await browser.visit();
    const onAbort = () => void page.close();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      const connect = (number: number) =>
        page.call<number>(
          "connect",
          `client-${number}`,
          name,
          { url },
          {
            token: token(`user-${number}`),
            heartbeat: HEARTBEAT,
            connectTimeoutMs: PATIENCE_MS,
            requestTimeoutMs: PATIENCE_MS,
          },
        );
      return { transport: transport.name, over, asked, ...(await openAll(page, asked, connect)) };
    } finally {
      signal.removeEventListener("abort", onAbort);
      await page.close();
    }
  };
  try {
    const { url } = server.endpoint;
    if (pageTransports[name].on === "WebSocket") return [await play("WebSocket", url)];
    const plain = await play("HTTP/1.1", url);
    const front = await startHttp2Front(url);
    try {
      const lifted = await play("HTTP/2", front.url);
      return [plain, { ...lifted, connections: front.connections() }];
    } finally {
      await front.close();
    }
  } finally {
    await server.close();
  }
}

type Opened = Pick<LimitFinding, "openedMs" | "waiting" | "publishMs">;

/** Opens one client after the other, until one of them waits. */
async function openAll(
  page: LabPage,
  asked: number,
  connect: (number: number) => Promise<number>,
): Promise<Opened> {
  const publish = (number: number) =>
    page.call<number>("publish", `client-${number}`, CHANNEL, "from a page");
  const openedMs: number[] = [];
  for (let number = 0; number < asked; number += 1) {
    const beganMs = performance.now();
    const opening = connect(number);
    const tookUs = await Promise.race([opening, sleep(HELD_MS)]);
    if (tookUs !== undefined) {
      openedMs.push(tookUs / 1_000);
      continue;
    }
    const client = await heldUntilClosed(page, 0, beganMs, opening);
    // All places are taken again.
    const publishing = publish(number);
    const publishedMs = performance.now();
    await Promise.race([publishing, sleep(HELD_MS)]);
    return {
      openedMs,
      waiting: { client, publish: await heldUntilClosed(page, 1, publishedMs, publishing) },
    };
  }
  return { openedMs, publishMs: (await publish(0)) / 1_000 };
}

/** Closes a client, so that what waits since `beganMs` can go on. */
async function heldUntilClosed(
  page: LabPage,
  number: number,
  beganMs: number,
  waiting: Promise<unknown>,
): Promise<Held> {
  const closedMs = performance.now();
  await Promise.all([waiting, page.call("close", `client-${number}`)]);
  return { heldMs: closedMs - beganMs, thenMs: performance.now() - closedMs };
}
