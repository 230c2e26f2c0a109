import type { HubEvent } from "../../core/notification.ts";
import { meterSockets } from "../../harness/measurement/socket-meter.ts";
import { json } from "../../transports/codec/codec.ts";
import type { BareTransport } from "../bare/bare.ts";
import { loadBare } from "../bare/registry.ts";
import { answerAs, nextBody, type Served } from "./answering.ts";
import { type Build, buildIn, HERE } from "./build.ts";
import { openHub } from "./open-hub.ts";

async function serveOurs(name: string, secret: string, build: Build): Promise<Served> {
  meterSockets();
  const transport = build.findTransport(name);
  if (!transport) throw new Error(`no transport ${name}`);
  const { hub, broadcast } = openHub(secret, {}, build);
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

answerAs(async ({ side, transport, secret, build }) =>
  side === "bare"
    ? serveBare(await loadBare(transport))
    : serveOurs(transport, secret, build === undefined ? HERE : await buildIn(build)),
);
