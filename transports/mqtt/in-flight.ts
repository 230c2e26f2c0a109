import type { Aedes } from "aedes";
import type { Hub } from "../../core/hub.ts";
import { cutOff, type Peers } from "./peer.ts";

/** Packet identifiers are 16 bits wide and aedes hands them out in turn: with more in flight two would collide. */
const MAX_IN_FLIGHT = 65_534;

/**
 * Counts what aedes sends a client to be acknowledged, and the acknowledgements, and cuts off who leaves too many open. Counted where aedes
 * decides to send, since only it knows whether the client follows the topic by then. It writes in the next turn, so an event that is under way
 * while its subscription changes between QoS 0 and another counts for what it would have been.
 */
export function boundInFlight(hub: Hub, broker: Aedes, peers: Peers): void {
  broker.authorizeForward = (client, packet) => {
    const peer = peers.get(client);
    // The lower quality of service of the two holds, and at 0 nothing is acknowledged.
    if (!peer || packet.qos === 0 || (client.subscriptions[packet.topic]?.qos ?? 0) === 0) return packet;
    if (peer.inFlight >= MAX_IN_FLIGHT) {
      cutOff(hub, peer);
      return null;
    }
    peer.inFlight += 1;
    return packet;
  };
  broker.on("ack", (_, client) => {
    const peer = peers.get(client);
    if (peer && peer.inFlight > 0) peer.inFlight -= 1;
  });
}
