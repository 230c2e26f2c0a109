import type { HubEvent } from "../../core/notification.ts";
import { meterSockets } from "../../harness/measurement/socket-meter.ts";
import { json } from "../../transports/codec/codec.ts";
import { findTransport } from "../../transports/registry.ts";
import type { BareTransport } from "../bare/bare.ts";
import { loadBare } from "../bare/registry.ts";
import { answerAs, nextBody, type Served } from "./answering.ts";
import { openHub } from "./open-hub.ts";

async function serveOurs(name: string, secret: string): Promise<Served> {
  meterSockets();
  const transport = findTransport(name);
  if (!transport) throw new Error(`no transport ${name}`);
  const { hub, broadcast } = openHub(secret);
  const server = await transport.serve(hub, { maxConnectionsPerAddress: Number.POSITIVE_INFINITY });
  return { url: server.endpoint.url, broadcast, processes: () => server.processes?.() ?? [] };
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
  return {
    url: server.url,
    broadcast: () => server.broadcast(text),
    processes: () => server.processes?.() ?? [],
  };
}

answerAs(({ side, transport, secret }) =>
  side === "bare" ? loadBare(transport).then(serveBare) : serveOurs(transport, secret),
);
