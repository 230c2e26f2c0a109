import type { Socket } from "node:net";
import { Aedes } from "aedes";
import { tokenExpired } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Deliver } from "../../core/session.ts";
import { serveDefaults } from "../defaults.ts";
import { maxRequestBytes } from "../envelope.ts";
import { closeServer, createSocketServer, endpointOf, listen } from "../listen.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import { createAdmission } from "./admission.ts";
import { createDialogue } from "./dialogue.ts";
import type { Encoding } from "./encoding.ts";
import { PacketScanner } from "./framing.ts";
import { createPeer, cutOff, type Peer, type Peers, reply } from "./peer.ts";
import { transientPersistence } from "./transient-persistence.ts";

/** The quality of service at which events are published: 0 at most once, 1 at least once, 2 exactly once (MQTT 3.1.1, 4.3). */
type EventQos = 0 | 1 | 2;

/** Room for a CONNECT with a long token, beside what a request may need. */
const CONNECT_BYTES = 16 * 1024;

/** Packet identifiers are 16 bits wide and aedes hands them out in turn: with more in flight two would collide. */
const MAX_IN_FLIGHT = 65_534;

/** An aedes broker of this process behind a TCP listener of our own. */
export async function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  qos: EventQos,
  encoding: Encoding,
): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls } = serveDefaults(options);
  const { intervalMs, timeoutMs } = hub.heartbeat;
  const peers: Peers = new Map();
  const broker = await Aedes.createBroker({
    // Unlimited: the default lets a hundred messages that wait for one slow reader hold up everybody's.
    concurrency: 0,
    connectTimeout: intervalMs + timeoutMs,
    persistence: transientPersistence(),
  });
  const outlet = hub.attach<Peer>(createDeliver(hub, broker, qos, encoding, maxBufferedBytes), ({ peer }) => {
    reply(hub, peer, encoding.error(null, tokenExpired()), maxBufferedBytes);
    peer.socket.destroySoon();
  });
  const admission = createAdmission(hub, outlet, peers);
  const dialogue = createDialogue(hub, peers, encoding, maxBufferedBytes);
  Object.assign(broker, admission.hooks, dialogue.hooks);
  broker.on("unsubscribe", (topics, client) => dialogue.unfollow(client, topics));
  broker.on("ack", (_, client) => {
    const peer = peers.get(client);
    if (peer && peer.inFlight > 0) peer.inFlight -= 1;
  });

  const maxPacketBytes = maxRequestBytes(hub) + CONNECT_BYTES;
  // A write is refused only beyond the bound, where a subscriber is cut off; until then aedes need not wait for it.
  const server = createSocketServer({ tls, highWaterMark: maxBufferedBytes }, (socket) => {
    const peer = createPeer(socket, new PacketScanner(maxPacketBytes));
    watchReads(peer, () => {
      const reason = new LabError("malformed", `a packet may have at most ${maxPacketBytes} bytes`);
      reply(hub, peer, encoding.error(null, reason), maxBufferedBytes);
    });
    socket.once("close", () => {
      admission.release(client, peer);
      dialogue.end(peer);
    });
    const client = broker.handle(socket);
    peers.set(client, peer);
  });
  const stopBroker = () => new Promise<void>((resolve) => broker.close(resolve));
  const bound = await listen(server, host, port).catch(async (error: unknown) => {
    await stopBroker();
    throw error;
  });
  const sweep = setInterval(() => {
    for (const peer of peers.values()) inspect(hub, peer, maxBufferedBytes);
  }, intervalMs);
  return {
    endpoint: endpointOf("mqtt", bound, tls),
    close: async () => {
      clearInterval(sweep);
      // First, so that the wills of those who are cut off here go nowhere.
      outlet.detach();
      for (const { socket } of peers.values()) socket.destroy();
      await closeServer(server);
      await stopBroker();
    },
  };
}

/** Publishes each event once on the broker, whose topics do the fan-out, after cutting off who has fallen behind. */
function createDeliver(
  hub: Hub,
  broker: Aedes,
  qos: EventQos,
  encoding: Encoding,
  maxBufferedBytes: number,
): Deliver<Peer> {
  const done = () => undefined;
  return (event, audience) => {
    for (const { peer } of audience) {
      // aedes writes in the next turn of the loop, so the bound holds but for what one turn brings.
      const within = hub.withinBound(peer.socket.writableLength, maxBufferedBytes);
      if (!within || peer.inFlight >= MAX_IN_FLIGHT) cutOff(hub, peer);
      else if (qos > 0 && peer.acknowledging.has(event.channel)) peer.inFlight += 1;
    }
    const message = encoding.event(event);
    const payload = typeof message === "string" ? Buffer.from(message) : message;
    broker.publish({ cmd: "publish", topic: event.channel, payload, qos, retain: false, dup: false }, done);
  };
}

/** Shows the scanner all that aedes reads, and ends the connection at a packet that it does not accept. */
function watchReads({ scanner, socket }: Peer, tell: () => void): void {
  const read: Socket["read"] = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk) || scanner.accepts(chunk)) return chunk;
    tell();
    // What still comes is read and thrown away: closing over unread bytes would reset the connection and lose the answer.
    socket.read = read;
    socket.end();
    socket.removeAllListeners("readable").resume();
    return null;
  };
}

/** The heartbeat's part that MQTT leaves to the server: aedes itself ends who is silent for 1.5 times its keepalive. */
function inspect(hub: Hub, peer: Peer, maxBufferedBytes: number): void {
  const { socket } = peer;
  if (socket.writableEnded) socket.destroy();
  else if (!hub.withinBound(socket.writableLength, maxBufferedBytes)) cutOff(hub, peer);
}
