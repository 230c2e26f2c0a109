import { randomBytes } from "node:crypto";
import { Hub } from "../../core/hub.ts";
import type { HubEvent } from "../../core/notification.ts";
import { meterSockets } from "../../harness/measurement/socket-meter.ts";
import { encodeEvent } from "../../transports/envelope.ts";
import { jwtAuthenticator } from "../../transports/jwt.ts";
import { findTransport } from "../../transports/registry.ts";
import type { BareWire } from "../bare/bare.ts";
import { loadBare } from "../bare/registry.ts";
import { type FromServer, sendTo, type ToServer } from "./messages.ts";

/** One of the two servers of a comparison: our adapter with the whole core and byte metering, or the library's bare loop. */
interface Served {
  readonly url: string;
  readonly broadcast: () => void;
}

/** About 190 bytes as a JSON envelope. */
const BODY = "x".repeat(58);

async function serveOurs(name: string, secret: string, channel: string): Promise<Served> {
  meterSockets();
  const transport = findTransport(name);
  if (!transport) throw new Error(`no transport ${name}`);
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
  });
  const server = await transport.serve(hub);
  const publisher = hub
    .attach<null>(() => undefined)
    .connect({ user: "publisher", expiresAt: Number.POSITIVE_INFINITY }, null);
  return { url: server.endpoint.url, broadcast: () => void hub.publish(publisher, channel, BODY) };
}

async function serveBare(bare: BareWire, channel: string): Promise<Served> {
  const server = await bare.serve();
  const event: HubEvent = {
    kind: "notification",
    id: "a1b2c3d4-1",
    channel: channel === "topic/feed" ? "topic/feed" : "topic/other",
    seq: 1,
    from: "publisher",
    body: BODY,
    at: Date.now(),
  };
  const text = encodeEvent(event);
  return { url: server.url, broadcast: () => server.broadcast(text) };
}

let served: Served | undefined;
let before = process.cpuUsage();

process.on("message", async (message: ToServer) => {
  const send = (reply: FromServer) => sendTo(process, reply);
  switch (message.kind) {
    case "serve":
      served = await (message.side === "ours"
        ? serveOurs(message.wire, message.secret, message.channel)
        : serveBare(await loadBare(message.wire), message.channel));
      send({ kind: "serving", url: served.url });
      return;
    case "begin":
      before = process.cpuUsage();
      for (let i = 0; i < message.ahead; i += 1) served?.broadcast();
      return;
    case "next":
      served?.broadcast();
      return;
    case "end": {
      const { user, system } = process.cpuUsage(before);
      send({ kind: "ended", cpuUs: user + system });
      return;
    }
  }
});
process.once("disconnect", () => process.exit(0));
