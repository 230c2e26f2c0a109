import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { findTransport } from "../../transports/registry.ts";
import { nowUs } from "../measurement/clock.ts";
import { type ClockOffset, type ClockProbe, estimateOffset } from "../measurement/clock-offset.ts";
import type { LabPage } from "./open.ts";

/** Exchanges each time that a page's clock is looked at. */
const PROBES = 64;
const CLIENT = "clock";
const CHANNEL = "topic/clock";

/** The lab's clock for pages to ask. */
export interface PageClock {
  /** Opens a page's own connection for it. */
  attach(page: LabPage): Promise<void>;
  /** Exchanges with the page; what they say together is estimateOffset()'s to tell. */
  probe(page: LabPage): Promise<readonly ClockProbe[]>;
  close(): Promise<void>;
}

/**
 * Serves the lab's clock to pages of this origin. The exchange is a publish over a WebSocket, to a hub whose clock is the lab's: what the hub
 * notes as the time of a notification comes back to its publisher.
 */
export async function servePageClock(origin: string): Promise<PageClock> {
  const transport = findTransport("websocket");
  if (!transport) throw new LabError("internal", "there is no transport websocket");
  const hub = new Hub({
    clock: () => nowUs() / 1_000,
    authenticate: (user) => ({ user, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: Number.POSITIVE_INFINITY,
  });
  const server = await transport.serve(hub, { origins: [origin] });
  return {
    attach: (page) => page.call("connect", CLIENT, "websocket", server.endpoint, { token: "page" }),
    probe: (page) => page.call("probe", CLIENT, CHANNEL, PROBES),
    close: () => server.close(),
  };
}

/** What to add to the page's clock to have the lab's, by the exchange with the shortest round trip of all. */
export function offsetOfPage(probes: readonly ClockProbe[]): ClockOffset {
  return estimateOffset(probes) ?? { offsetUs: Number.NaN, boundUs: Number.POSITIVE_INFINITY };
}
