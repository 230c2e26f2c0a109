import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { type HideablePage, openHideable } from "../browser/hideable.ts";
import { inPage } from "../browser/in-page.ts";
import type { OpenBrowser } from "../browser/open.ts";
import { serveForPages } from "../browser/served.ts";

/** What became of one transport's connection while its page was hidden; times in milliseconds. */
export interface HiddenFinding {
  readonly transport: string;
  readonly hiddenMs: number;
  /** The longest time between two calls of a timer that the page had set to a second. */
  readonly longestTimerMs: number;
  /** Published while it was hidden. */
  readonly published: number;
  /** Of those: come while it was hidden, and come at all, some time after it was shown. */
  readonly cameHidden: number;
  readonly came: number;
  /** From the publish to its arrival, the longest of those that came. */
  readonly latestMs: number;
  /** Each time that the connection was lost, by what the client said; and for how long, where it came back while hidden. */
  readonly losses: readonly { readonly reason: string; readonly afterMs: number; readonly awayMs?: number }[];
  /** Whether the client said that it missed something. */
  readonly toldOfMissed: boolean;
}

const CHANNEL = "topic/hidden";
const CLIENT = "bob";
const GAP_MS = 1_000;
/** What is left to come when it is shown again gets so long. */
const SHOWN_MS = 5_000;
const REPLAYED = 1_000;

interface Taken {
  readonly arrivals: readonly { readonly body: string; readonly atUs: number }[];
  readonly moments: readonly { readonly state: string; readonly reason?: string; readonly atUs: number }[];
  readonly longestTimerMs: number;
}

/**
 * Hides a page that follows a topic, to which something is published every second, for so long; with the heartbeats that clients and server have
 * by default. `browser` must not keep its pages awake (THROTTLED in harness/browser/hideable.ts).
 */
export async function hiddenTab(
  transport: TransportEntry,
  hiddenMs: number,
  browser: OpenBrowser,
  signal: AbortSignal,
): Promise<HiddenFinding> {
  const name = inPage(transport.name);
  if (!name) throw new LabError("unsupported", `${transport.name} has no client for pages`);
  const { server, token } = await serveForPages(transport, browser.origin, { replayWindow: REPLAYED });
  const publisher = await transport.connect(server.endpoint, { token: token("ann") });
  const publishedMs: number[] = [];
  const publish = () => {
    publishedMs.push(Date.now());
    publisher.publish({ channel: CHANNEL, body: String(publishedMs.length - 1) }).catch(() => undefined);
  };
  let page: HideablePage | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    page = await openHideable(browser.browser, browser);
    const { url } = server.endpoint;
    await page.call("connect", CLIENT, name, { url }, { token: token("bob") });
    await page.call("follow", CLIENT, CHANNEL);
    await page.setHidden(true);
    await page.call("watchTimers", GAP_MS);
    await page.call("take");
    // By the time of day, which both read from one machine: what is looked at here takes seconds.
    const originMs = await page.call<number>("origin");
    const beganMs = Date.now();
    timer = setInterval(publish, GAP_MS);
    await sleep(hiddenMs, undefined, { signal });
    clearInterval(timer);
    const whileHidden = await page.call<Taken>("take");
    const endedMs = Date.now();
    await page.setHidden(false);
    await sleep(SHOWN_MS, undefined, { signal });
    const afterwards = await page.call<Taken>("take");
    const arrivals = [...whileHidden.arrivals, ...afterwards.arrivals];
    const moments = [...whileHidden.moments, ...afterwards.moments];
    const latencies = arrivals.map(
      ({ body, atUs }) => originMs + atUs / 1_000 - (publishedMs[Number(body)] ?? Number.NaN),
    );
    return {
      transport: transport.name,
      hiddenMs: endedMs - beganMs,
      longestTimerMs: whileHidden.longestTimerMs,
      published: publishedMs.length,
      cameHidden: unique(whileHidden.arrivals),
      came: unique(arrivals),
      latestMs: Math.max(0, ...latencies),
      losses: lossesOf(moments, beganMs - originMs),
      toldOfMissed: moments.some(({ state }) => state === "missed"),
    };
  } finally {
    clearInterval(timer);
    await page?.close();
    await publisher.close();
    await server.close();
  }
}

function unique(arrivals: Taken["arrivals"]): number {
  return new Set(arrivals.map(({ body }) => body)).size;
}

/** `beganMs` by the page's clock. */
function lossesOf(moments: Taken["moments"], beganMs: number): HiddenFinding["losses"] {
  return moments.flatMap(({ state, reason, atUs }, index) => {
    const isLoss = state === "reconnecting" || state === "ended";
    if (!isLoss) return [];
    const back = moments.slice(index + 1).find((one) => one.state === "connected" || one.state === "missed");
    const lostMs = atUs / 1_000;
    return [
      {
        reason: reason ?? state,
        afterMs: Math.max(0, lostMs - beganMs),
        ...(back ? { awayMs: back.atUs / 1_000 - lostMs } : {}),
      },
    ];
  });
}
