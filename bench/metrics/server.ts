import { randomBytes } from "node:crypto";
import { openTransports } from "../../cli/service/open-transports.ts";
import { openWatch } from "../../cli/service/watch.ts";
import { Hub } from "../../core/hub.ts";
import { findTransport } from "../../transports/registry.ts";
import { jwtAuthenticator } from "../../transports/session/jwt.ts";
import { answerAs, nextBody, type Served } from "../adapters/answering.ts";

/** A server as `serve` opens it, with --metrics (`watched`) or without. */
async function serve(name: string, secret: string, isWatched: boolean): Promise<Served> {
  const transport = findTransport(name);
  if (!transport) throw new Error(`no transport ${name}`);
  const watch = isWatched ? await openWatch(undefined, new Map()) : undefined;
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: Number.POSITIVE_INFINITY,
    watch: { ...watch?.hubWatch, turnedAway: () => undefined, cutOff: () => undefined },
  });
  const served = await openTransports(hub, [transport], {
    port: 0,
    metered: isWatched,
    maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
  });
  const server = await watch?.listen({ host: "127.0.0.1", port: 0 }, hub, served);
  const publisher = hub
    .attach<null>(
      () => undefined,
      () => undefined,
    )
    .connect({ user: "publisher", expiresAt: Number.POSITIVE_INFINITY }, null);
  return {
    url: served[0]?.server.endpoint.url ?? "",
    broadcast: (channel) => void hub.publish(publisher, channel, nextBody(channel)),
    ...(server && { metrics: server.url }),
  };
}

answerAs(({ side, transport, secret }) => serve(transport, secret, side === "watched"));
