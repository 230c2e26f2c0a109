import type { Aedes, Client } from "aedes";
import { isChannelName } from "../../core/channel.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { settle } from "../../core/maybe-promise.ts";
import type { Session } from "../../core/session.ts";
import { type Codec, type Encoded, textOf } from "../codec/codec.ts";
import { guarded } from "../limits/guard.ts";
import { errorAnswer, okAnswer, perform } from "../session/envelope.ts";
import { answerRequest } from "./answering.ts";
import { type Peer, type Peers, reply, replyTopic } from "./peer.ts";

type Hooks = Pick<Aedes, "authorizeSubscribe" | "authorizePublish">;

/** Clients publish their requests here; it can't be followed, so whatever is published on it reaches nobody. */
export const REQUEST_TOPIC = "request";

/** QoS 2 publishes of one connection that may await their PUBREL. */
const MAX_UNRELEASED = 1_000;

/** As long as the longest channel's name. */
const MAX_TOLD_CHARACTERS = 134;

/**
 * What an admitted client may ask, all of it decided by the hub. A refused SUBSCRIBE gets 128 in its SUBACK, a refused PUBLISH
 * its ordinary acknowledgement (MQTT-3.3.5-2); the reason goes to the client's reply topic.
 */
export function createDialogue(hub: Hub, peers: Peers, codec: Codec, maxBufferedBytes: number) {
  const send = (peer: Peer, message: object) => reply(hub, peer, codec.encode(message), maxBufferedBytes);

  /** Tells why what was asked of a topic is refused; whatever isn't the client's doing is an internal error, for who called to deal with. */
  const refuse = (peer: Peer, topic: string, error: unknown) => {
    if (!(error instanceof LabError)) throw error;
    send(peer, errorAnswer(topic.slice(0, MAX_TOLD_CHARACTERS).toWellFormed(), error));
  };

  const fail = (peer: Peer) => () => {
    peer.socket.destroy();
  };

  /** `granted` is called once, in the tick in which the hub has let the session follow. */
  const follow = (
    peer: Peer,
    session: Session<Peer>,
    topic: string,
    granted: (whether: boolean) => void,
  ): void => {
    if (topic === replyTopic(peer)) {
      granted(true);
      return;
    }
    settle(
      () => {
        if (topic.startsWith("reply/"))
          throw new LabError("forbidden", "a reply topic is its own client's alone: reply/<client id>");
        return perform(hub, session, { op: "subscribe", channel: topic });
      },
      ({ result }) => {
        send(peer, okAnswer(topic, result));
        granted(true);
      },
      guarded(hub, fail(peer), (error: unknown) => {
        refuse(peer, topic, error);
        granted(false);
      }),
    );
  };

  const answer = (peer: Peer, session: Session<Peer>, payload: Encoded): void =>
    answerRequest(hub, session, codec, payload, {
      send: (message) => send(peer, message),
      fail: fail(peer),
      subscribes: false,
    });

  /** `done` is called once: when the hub has taken or refused it, whose answer to a request goes to the reply topic. */
  const publish = (
    peer: Peer,
    session: Session<Peer>,
    topic: string,
    payload: Encoded,
    done: () => void,
  ): void => {
    if (topic === REQUEST_TOPIC) {
      answer(peer, session, payload);
      done();
      return;
    }
    settle(
      () => hub.publish(session, topic, textOf(payload, "invalid_body")),
      () => done(),
      guarded(hub, fail(peer), (error: unknown) => {
        refuse(peer, topic, error);
        done();
      }),
    );
  };

  /** Runs what an admitted client asked for; what goes wrong ends its connection alone. */
  const serve = (client: Client | null, act: (peer: Peer, session: Session<Peer>) => void) => {
    const peer = client ? peers.get(client) : undefined;
    if (peer?.session) guarded(hub, fail(peer), act)(peer, peer.session);
  };

  const hooks: Hooks = {
    authorizeSubscribe: (client, subscription, done) =>
      serve(client, (peer, session) =>
        follow(peer, session, subscription.topic, (granted) => done(null, granted ? subscription : null)),
      ),
    authorizePublish: (client, packet, done) =>
      serve(client, (peer, session) => {
        const { messageId } = packet;
        // MQTT-4.3.3-2: until its PUBREL has come, the same packet is acknowledged again, and no more.
        const again = packet.qos === 2 && messageId !== undefined && peer.unreleased.has(messageId);
        if (packet.qos === 2 && messageId !== undefined) peer.unreleased.add(messageId);
        if (peer.unreleased.size > MAX_UNRELEASED) {
          done(new Error(`at most ${MAX_UNRELEASED} publishes may await their PUBREL`));
          return;
        }
        const { topic } = packet;
        // The hub sends the event; the client's own packet goes on to where nobody can see it, and is never retained.
        packet.topic = REQUEST_TOPIC;
        packet.retain = false;
        // From QoS 1 on it is acknowledged when the hub has taken it.
        const acknowledged = packet.qos > 0 && !again;
        if (!again) publish(peer, session, topic, packet.payload, acknowledged ? done : () => undefined);
        if (!acknowledged) done();
      }),
  };

  /** Call when the broker has ended subscriptions. */
  const unfollow = (client: Client, topics: readonly string[]) =>
    serve(client, (_peer, session) => {
      for (const topic of topics) if (isChannelName(topic)) hub.unsubscribe(session, topic);
    });

  /** Call when a connection is over: publishes its will unless it said DISCONNECT, and ends the session. Idempotent. */
  const end = (peer: Peer) => {
    const { session, will } = peer;
    if (!session?.connected) return;
    peer.will = undefined;
    const publishWill = () => {
      if (will && !peer.scanner.disconnected)
        publish(peer, session, will.topic, will.payload, () => undefined);
    };
    guarded(hub, () => undefined, publishWill)();
    hub.disconnect(session);
  };

  return { hooks, unfollow, end };
}
