import { Readable } from "node:stream";
import type { Client } from "aedes";
import type { Peers } from "./peer.ts";

interface Numbered {
  readonly messageId?: number | undefined;
}

/**
 * What aedes wants to keep, kept for no longer than a connection: no offline queues, no retained messages, no stored wills.
 * The library's own in-memory store holds an entry for every client id that ever acknowledged anything. All that is
 * remembered is which QoS 2 publishes await their PUBREL, by number. They are there before aedes looks (see dialogue.ts), so it finds each
 * and does no more than acknowledge it.
 */
export function transientPersistence(peers: Peers) {
  const nothing = async () => undefined;
  const none = async () => [];
  return {
    setup: nothing,
    storeRetained: nothing,
    createRetainedStreamCombi: () => Readable.from([]),
    addSubscriptions: nothing,
    removeSubscriptions: nothing,
    cleanSubscriptions: nothing,
    subscriptionsByClient: none,
    subscriptionsByTopic: none,
    outgoingEnqueue: nothing,
    outgoingEnqueueCombi: nothing,
    outgoingUpdate: nothing,
    outgoingClearMessageId: nothing,
    outgoingStream: () => Readable.from([]),
    putWill: nothing,
    delWill: nothing,
    streamWill: () => Readable.from([]),
    incomingStorePacket: nothing,
    incomingGetPacket: async (client: Client, { messageId = 0 }: Numbered) => {
      if (!peers.get(client)?.unreleased.has(messageId)) throw new Error("no such packet");
      return { messageId };
    },
    incomingDelPacket: async (client: Client, { messageId = 0 }: Numbered) => {
      if (!peers.get(client)?.unreleased.delete(messageId)) throw new Error("no such packet");
    },
    cleanIncoming: nothing,
  };
}
