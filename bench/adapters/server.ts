import { randomBytes } from "node:crypto";
import { Hub } from "../../core/hub.ts";
import type { HubEvent } from "../../core/notification.ts";
import { meterSockets } from "../../harness/measurement/socket-meter.ts";
import { json } from "../../transports/codec/codec.ts";
import { findTransport } from "../../transports/registry.ts";
import { jwtAuthenticator } from "../../transports/session/jwt.ts";
import type { BareTransport } from "../bare/bare.ts";
import { loadBare } from "../bare/registry.ts";
import { answerAs, nextBody, type Served } from "./answering.ts";

async function serveOurs(name: string, secret: string): Promise<Served> {
  meterSockets();
  const transport = findTransport(name);
  if (!transport) throw new Error(`no transport ${name}`);
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: Number.POSITIVE_INFINITY,
  });
  const server = await transport.serve(hub, { maxConnectionsPerAddress: Number.POSITIVE_INFINITY });
  const publisher = hub
    .attach<null>(
      () => undefined,
      () => undefined,
    )
    .connect({ user: "publisher", expiresAt: Number.POSITIVE_INFINITY }, null);
  return {
    url: server.endpoint.url,
    broadcast: (channel) => void hub.publish(publisher, channel, nextBody(channel)),
  };
}

async function serveBare(bare: BareTransport): Promise<Served> {
  const server = await bare.serve();
  const event: HubEvent = {
    kind: "notification",
    id: "a1b2c3d4-1",
    channel: "topic/feed",
    seq: 1,
    from: "publisher",
    body: nextBody("topic/feed"),
    at: Date.now(),
  };
  const text = json.encode(event);
  return { url: server.url, broadcast: () => server.broadcast(text) };
}

answerAs(({ side, transport, secret }) =>
  side === "bare" ? loadBare(transport).then(serveBare) : serveOurs(transport, secret),
);
