import { randomBytes } from "node:crypto";
import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import { Hub } from "../../core/hub.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { TransportServer } from "../../transports/port/transport.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";

/** A service for pages of one origin, within this process. */
export interface Served {
  readonly hub: Hub;
  readonly server: TransportServer;
  /** What its tokens are signed with. */
  readonly secret: string;
  /** A token for a user. */
  token(user: string): string;
}

/** Serves the transport to the pages of a browser; `replayWindow` as of a hub. */
export async function serveForPages(
  transport: TransportEntry,
  origin: string,
  {
    replayWindow = 0,
    heartbeat,
  }: { readonly replayWindow?: number; readonly heartbeat?: HeartbeatSettings } = {},
): Promise<Served> {
  const secret = randomBytes(32).toString("hex");
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: Number.POSITIVE_INFINITY,
    replayWindow,
    ...(heartbeat && { heartbeat }),
  });
  const server = await transport.serve(hub, { origins: [origin] });
  return { hub, server, secret, token: jwtIssuer(secret) };
}
