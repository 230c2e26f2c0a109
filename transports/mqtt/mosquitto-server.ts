import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Deliver } from "../../core/session.ts";
import { json } from "../codec/codec.ts";
import { guarded } from "../limits/guard.ts";
import { endpointOf, listenError } from "../net/listen.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { errorAnswer, maxRequestBytes } from "../session/envelope.ts";
import { answerRequest } from "./answering.ts";
import { type Broker, startBroker } from "./mosquitto-broker.ts";
import { CORE } from "./mosquitto-config.ts";
import { createLobby, type Guest } from "./mosquitto-lobby.ts";
import type { BrokerEvent } from "./mosquitto-log.ts";
import { replyTopic } from "./mosquitto-topics.ts";

/** Room for topics, and for what an event has beside its body. */
const PACKET_BYTES = 16 * 1024;
/** mosquitto bounds what it holds for a client by their number; a common event has less than that. */
const MESSAGE_BYTES = 1_024;
/** What a burst brings goes to the broker once, however many follow. */
const BEHIND = 16;

/** A mosquitto as a process of its own, and the core as its client. */
export async function serve(hub: Hub, options: ServeOptions | undefined): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, handshakeTimeoutMs, tls } = serveDefaults(options);
  const guests = new Map<string, Guest>();
  /** Whose connection a client id is. */
  const present = new Map<string, Guest>();
  const settings = {
    host,
    port: port === 0 ? undefined : port,
    tls,
    maxPacketBytes: maxRequestBytes(hub) + PACKET_BYTES,
    maxQueuedMessages: Math.max(16, Math.ceil(maxBufferedBytes / MESSAGE_BYTES)),
    maxBehindBytes: maxBufferedBytes * BEHIND,
  };
  const broker: Broker = await startBroker(settings).catch((error: unknown) => {
    const { code, message } = LabError.from(error);
    throw code === "unreachable" && port !== 0 ? listenError(message, host, port) : error;
  });

  const deliver: Deliver<Guest> = (event, audience) => {
    // The broker has the followers; the hub knows whether there are any.
    if (audience.size > 0 && !broker.publish(event.channel, json.encode(event))) hub.dropped(audience.size);
  };
  const outlet = hub.attach<Guest>(deliver, ({ peer }, reason) => sendOff(peer, reason));
  const send = ({ login }: Guest, message: object) =>
    void broker.publish(replyTopic(login), json.encode(message));

  /** Forgets a guest; its login ends with the broker's next reading. Idempotent. */
  const forget = (guest: Guest) => {
    clearTimeout(guest.deadline);
    guests.delete(guest.login);
    if (guest.clientId !== undefined && present.get(guest.clientId) === guest) present.delete(guest.clientId);
  };
  const revoke = ({ login }: Guest) => {
    // Its broker may be gone, or about to go.
    broker.logins.revoke(login).catch(nothing);
  };
  const leave = (guest: Guest) => {
    forget(guest);
    if (guest.session) hub.disconnect(guest.session);
    revoke(guest);
  };
  /** The hub ends the session: the client is told why before the broker cuts it off. */
  const sendOff = (guest: Guest, reason: LabError) => {
    forget(guest);
    send(guest, errorAnswer(null, reason));
    void broker.passedOn().then(() => revoke(guest));
  };

  const lobby = createLobby({ hub, outlet, broker, guests, timeoutMs: handshakeTimeoutMs, end: leave });

  const gone = (clientId: string) => {
    lobby.left(clientId);
    const guest = present.get(clientId);
    if (guest) leave(guest);
  };

  const onEvent = (event: BrokerEvent) => {
    if (event.kind === "reloading") return;
    const { clientId } = event;
    if (event.kind === "dropping") {
      const guest = present.get(clientId);
      if (guest) hub.cutOff();
      return gone(clientId);
    }
    gone(clientId);
    if (event.kind === "gone" || event.login === CORE) return;
    if (event.login === undefined) return lobby.came(clientId);
    const guest = guests.get(event.login);
    // Its login has been revoked, which the broker has not read yet, or has a connection already.
    if (!guest || guest.clientId !== undefined) {
      if (guest) leave(guest);
      broker.evict(clientId);
      return;
    }
    clearTimeout(guest.deadline);
    guest.clientId = clientId;
    present.set(clientId, guest);
  };

  const onRequest = (login: string, payload: Buffer) => {
    const guest = guests.get(login);
    if (guest?.session)
      answerRequest(hub, guest.session, json, payload, {
        send: (message) => send(guest, message),
        fail: () => leave(guest),
        subscribes: true,
      });
  };

  const listener = {
    event: guarded(hub, nothing, onEvent),
    token: lobby.token,
    request: onRequest,
  };
  await broker.listen(listener).catch((error: unknown) => {
    outlet.detach();
    throw error;
  });

  broker.died.catch(() => {
    for (const guest of [...guests.values()]) leave(guest);
  });

  return {
    endpoint: endpointOf("mqtt", `${host.includes(":") ? `[${host}]` : host}:${broker.place.port}`, tls),
    processes: () => (broker.pid === undefined ? [] : [broker.pid]),
    died: broker.died,
    // The broker still accepts connections, and the core nobody new.
    stopAccepting: () => outlet.admitNoMore(),
    close: async () => {
      lobby.close();
      for (const guest of [...guests.values()]) forget(guest);
      outlet.detach();
      await broker.close();
    },
  };
}

const nothing = () => undefined;
