import type { EventEmitter } from "node:events";
import { Aedes } from "aedes";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Deliver } from "../../core/session.ts";
import { bytesOf, type Codec } from "../codec/codec.ts";
import { Connections } from "../limits/connections.ts";
import { guarded } from "../limits/guard.ts";
import { closeServer, endpointOf, listen, stopAccepting } from "../net/listen.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { errorAnswer, maxRequestBytes } from "../session/envelope.ts";
import { createAdmission } from "./admission.ts";
import { createDialogue } from "./dialogue.ts";
import { PacketScanner } from "./framing.ts";
import { boundInFlight } from "./in-flight.ts";
import { type Carrier, createFront } from "./listening.ts";
import { createPeer, cutOff, type Line, type Peer, type Peers, tellAndEnd } from "./peer.ts";
import { READ_BYTES, watchReads } from "./reading.ts";
import type { BrokersOnRedis } from "./redis.ts";
import { startSweep } from "./sweep.ts";
import { transientPersistence } from "./transient-persistence.ts";

/** The quality of service at which events are published: 0 at most once, 1 at least once, 2 exactly once (MQTT 3.1.1, 4.3). */
type EventQos = 0 | 1 | 2;

/** Room for a CONNECT with a long token, beside what a request may need. */
const CONNECT_BYTES = 16 * 1024;

/** An aedes broker of this process behind a listener of our own. */
export async function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  qos: EventQos,
  codec: Codec,
  carrier: Carrier,
  shared?: BrokersOnRedis,
): Promise<TransportServer> {
  const settings = serveDefaults(options);
  const { host, port, maxBufferedBytes, tls, ...limits } = settings;
  const peers: Peers = new Map();
  const broker = await Aedes.createBroker({
    // Unlimited: the default lets a hundred messages that wait for one slow reader hold up everybody's.
    concurrency: 0,
    connectTimeout: limits.handshakeTimeoutMs,
    // What may come in one piece with CONNECT.
    queueLimit: READ_BYTES,
    persistence: transientPersistence(peers),
    ...shared?.options,
  });
  const events: EventEmitter = broker;
  events.on("error", (error: unknown) => hub.internalError(error));
  const leave = (peer: Peer, reason: LabError) => {
    // Should the client not go, the deadline of a connection without a session ends this one too.
    connections.release(peer.socket);
    tellAndEnd(hub, peer, codec.encode(errorAnswer(null, reason)), maxBufferedBytes);
  };
  const outlet = hub.attach<Peer>(
    createDeliver(hub, broker, qos, codec, maxBufferedBytes),
    ({ peer }, reason) => leave(peer, reason),
    // Clients of other nodes may follow what nobody follows here.
    { everything: shared !== undefined },
  );
  const dialogue = createDialogue(hub, peers, codec, maxBufferedBytes);
  const refuse = (peer: Peer, reason: LabError) => {
    leave(peer, reason);
    dialogue.end(peer);
  };

  const maxPacketBytes = maxRequestBytes(hub) + CONNECT_BYTES;
  const onLine = (socket: Line) => {
    const peer = createPeer(broker.handle(socket), socket, new PacketScanner(maxPacketBytes));
    peers.set(peer.client, peer);
    const destroy = () => void socket.destroy();
    watchReads(peer, ({ reason, returnCode }) => {
      if (returnCode !== undefined) socket.write(connack(returnCode));
      refuse(peer, new LabError("malformed", reason));
    });
    socket.once(
      "close",
      guarded(hub, destroy, () => {
        admission.release(peer);
        dialogue.end(peer);
      }),
    );
  };
  const { server, scheme, endOthers } = createFront(carrier, { ...settings, hub, maxPacketBytes }, onLine);
  const connections = new Connections(server, limits);
  const admission = createAdmission({
    hub,
    outlet,
    peers,
    connections,
    end: dialogue.end,
    idPrefix: shared?.idPrefix ?? "",
  });
  Object.assign(broker, admission.hooks, dialogue.hooks);
  if (shared)
    // What other nodes send comes past the hub.
    broker.authorizeForward = (client, packet) => {
      const peer = peers.get(client);
      if (!peer || hub.withinBound(peer.socket.writableLength, maxBufferedBytes)) return packet;
      cutOff(hub, peer);
      return null;
    };
  broker.on("unsubscribe", (topics, client) => {
    dialogue.unfollow(client, topics);
    peers.get(client)?.unsubscribed();
  });
  if (qos > 0) boundInFlight(hub, broker, peers);

  const stopBroker = async () => {
    await new Promise<void>((resolve) => broker.close(resolve));
    shared?.close();
  };
  const bound = await listen(server, host, port).catch(async (error: unknown) => {
    await stopBroker();
    throw error;
  });
  const stopSweep = startSweep(hub, peers, { ...limits, maxBufferedBytes, refuse });
  return {
    endpoint: endpointOf(scheme, bound, tls),
    stopAccepting: () => stopAccepting(server),
    close: async () => {
      stopSweep();
      // First, so that the wills of those who are cut off here go nowhere.
      outlet.detach();
      for (const { socket } of peers.values()) socket.destroy();
      endOthers();
      await closeServer(server);
      await stopBroker();
    },
  };
}

/** CONNACK (MQTT 3.1.1, 3.2) for a protocol that the library's parser knows nothing of. */
function connack(returnCode: number): Buffer {
  return Buffer.from([0x20, 2, 0, returnCode]);
}

/** Publishes each event once on the broker, whose topics do the fan-out, after cutting off who has fallen behind. */
function createDeliver(
  hub: Hub,
  broker: Aedes,
  qos: EventQos,
  codec: Codec,
  maxBufferedBytes: number,
): Deliver<Peer> {
  const done = () => undefined;
  return (event, audience) => {
    for (const { peer } of audience) {
      // aedes writes in the next turn of the loop, so the bound holds but for what one turn brings.
      const within = hub.withinBound(peer.socket.writableLength, maxBufferedBytes);
      if (!within) cutOff(hub, peer);
    }
    const payload = bytesOf(codec.encode(event));
    broker.publish({ cmd: "publish", topic: event.channel, payload, qos, retain: false, dup: false }, done);
  };
}
