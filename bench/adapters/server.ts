import { randomBytes } from "node:crypto";
import { Hub } from "../../core/hub.ts";
import type { HubEvent } from "../../core/notification.ts";
import { createBodyWriter } from "../../harness/measurement/body.ts";
import { meterSockets } from "../../harness/measurement/socket-meter.ts";
import { json } from "../../transports/codec/codec.ts";
import { findTransport } from "../../transports/registry.ts";
import { jwtAuthenticator } from "../../transports/session/jwt.ts";
import type { BareTransport } from "../bare/bare.ts";
import { loadBare } from "../bare/registry.ts";
import { type FromServer, sendTo, type ToServer } from "./messages.ts";

/** One of the two servers of a comparison: our adapter with the whole core and byte metering, or the library's bare loop. */
interface Served {
  readonly url: string;
  readonly broadcast: (channel: string) => void;
}

/** Makes a notification of about 190 bytes as a JSON envelope, with the header that the lab's recorder reads. */
const BODY_CHARACTERS = 58;
const bodies = createBodyWriter(1);
const sequences = new Map<string, number>();
function nextBody(channel: string): string {
  const sequence = sequences.get(channel) ?? 0;
  sequences.set(channel, sequence + 1);
  return bodies.write(
    { measured: true, publisher: 0, sequence, intendedUs: 0, lagUs: 0 },
    { plannedUs: 0, channel, characters: BODY_CHARACTERS },
  );
}

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

let served: Served | undefined;
let before = process.cpuUsage();
let channel = "";

process.on("message", async (message: ToServer) => {
  const send = (reply: FromServer) => sendTo(process, reply);
  switch (message.kind) {
    case "serve":
      served = await (message.side === "ours"
        ? serveOurs(message.transport, message.secret)
        : serveBare(await loadBare(message.transport)));
      send({ kind: "serving", url: served.url });
      return;
    case "begin":
      before = process.cpuUsage();
      channel = message.channel;
      for (let i = 0; i < message.ahead; i += 1) served?.broadcast(channel);
      return;
    case "next":
      served?.broadcast(channel);
      return;
    case "end": {
      const { user, system } = process.cpuUsage(before);
      send({ kind: "ended", cpuUs: user + system });
      return;
    }
  }
});
process.once("disconnect", () => process.exit(0));
