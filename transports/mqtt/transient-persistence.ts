import { Readable } from "node:stream";
import type { Client } from "aedes";

interface Numbered {
  readonly messageId?: number | undefined;
}

/**
 * What aedes wants to keep, kept for no longer than a connection: no offline queues, no retained messages, no stored wills.
 * The library's own in-memory store holds an entry for every client id that ever acknowledged anything. All that is
 * remembered is which QoS 2 publishes await their PUBREL, by number, at most `maxInflightInbound` of them a connection.
 */
export function transientPersistence() {
  const incoming = new WeakMap<Client, Set<number>>();
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
    incomingStorePacket: async (client: Client, { messageId = 0 }: Numbered) => {
      const ids = incoming.get(client);
      if (ids) ids.add(messageId);
      else incoming.set(client, new Set([messageId]));
    },
    incomingGetPacket: async (client: Client, { messageId = 0 }: Numbered) => {
      if (!incoming.get(client)?.has(messageId)) throw new Error("no such packet");
      return { messageId };
    },
    incomingDelPacket: async (client: Client, { messageId = 0 }: Numbered) => {
      if (!incoming.get(client)?.delete(messageId)) throw new Error("no such packet");
    },
    cleanIncoming: async (client: Client) => {
      incoming.delete(client);
    },
  };
}
