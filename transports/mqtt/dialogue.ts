import type { Aedes, Client } from "aedes";
import { isChannelName } from "../../core/channel.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import type { Encoded } from "../codec.ts";
import { perform, type Ref, readRef } from "../envelope.ts";
import { type Encoding, utf8 } from "./encoding.ts";
import { type Peer, type Peers, reply, replyTopic } from "./peer.ts";

type Hooks = Pick<Aedes, "authorizeSubscribe" | "authorizePublish">;

/** Clients publish their requests here; it can't be followed, so whatever is published on it reaches nobody. */
const REQUEST_TOPIC = "request";

/**
 * What an admitted client may ask, all of it decided by the hub. A refused SUBSCRIBE gets 128 in its SUBACK, a refused PUBLISH
 * its ordinary acknowledgement (MQTT-3.3.5-2); the reason goes to the client's reply topic.
 */
export function createDialogue(hub: Hub, peers: Peers, encoding: Encoding, maxBufferedBytes: number) {
  const send = (peer: Peer, message: Encoded) => reply(hub, peer, message, maxBufferedBytes);

  const follow = (peer: Peer, session: Session<Peer>, topic: string, qos: number): boolean => {
    if (topic === replyTopic(peer)) {
      peer.wantsReplies = true;
      return true;
    }
    try {
      if (topic.startsWith("reply/"))
        throw new LabError("forbidden", "a reply topic is its own client's alone: reply/<client id>");
      const { result } = perform(hub, session, { op: "subscribe", channel: topic });
      if (qos > 0) peer.acknowledging.add(topic);
      else peer.acknowledging.delete(topic);
      send(peer, encoding.ok(topic, result));
      return true;
    } catch (error) {
      send(peer, encoding.error(topic, error));
      return false;
    }
  };

  const answer = (session: Session<Peer>, payload: Encoded): Encoded => {
    let ref: Ref = null;
    try {
      const request = encoding.parse(payload);
      ref = readRef(request);
      if (request.op === "subscribe")
        throw new LabError("unsupported", "follow a channel with an MQTT SUBSCRIBE to its name");
      return encoding.ok(ref, perform(hub, session, request).result);
    } catch (error) {
      return encoding.error(ref, error);
    }
  };

  const publish = (peer: Peer, session: Session<Peer>, topic: string, payload: Encoded) => {
    if (topic === REQUEST_TOPIC) {
      send(peer, answer(session, payload));
      return;
    }
    try {
      hub.publish(session, topic, utf8(payload, "invalid_body"));
    } catch (error) {
      send(peer, encoding.error(topic, error));
    }
  };

  const hooks: Hooks = {
    // aedes may ask before it has authenticated, when a second packet follows CONNECT closely: no session, no answer.
    authorizeSubscribe: (client, subscription, done) => {
      const peer = peers.get(client);
      const granted = peer?.session && follow(peer, peer.session, subscription.topic, subscription.qos);
      done(null, granted ? subscription : null);
    },
    authorizePublish: (client, packet, done) => {
      const peer = client ? peers.get(client) : undefined;
      if (peer?.session) publish(peer, peer.session, packet.topic, packet.payload);
      // The hub has sent the event; the client's own packet goes on to where nobody can see it, and is never retained.
      packet.topic = REQUEST_TOPIC;
      packet.retain = false;
      done();
    },
  };

  /** Call when the broker has ended subscriptions. */
  const unfollow = (client: Client, topics: readonly string[]) => {
    const peer = peers.get(client);
    if (!peer?.session) return;
    for (const topic of topics) {
      if (topic === replyTopic(peer)) peer.wantsReplies = false;
      else if (isChannelName(topic)) {
        hub.unsubscribe(peer.session, topic);
        peer.acknowledging.delete(topic);
      }
    }
  };

  /** Call when a connection has closed: publishes its will unless it said DISCONNECT, and ends the session. */
  const end = (peer: Peer) => {
    const { session, will } = peer;
    if (!session) return;
    if (will && !peer.scanner.disconnected) publish(peer, session, will.topic, will.payload);
    hub.disconnect(session);
  };

  return { hooks, unfollow, end };
}
