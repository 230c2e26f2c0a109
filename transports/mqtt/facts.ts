import { NEEDS_UPGRADE, no, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#56B4E9", marker: "star" },
  traits: {
    browser: no(
      "a page can't open TCP; what it can open is MQTT over WebSocket (MQTT 3.1.1, 6), here as mqtt:ws",
    ),
    bidirectional: yes("PUBLISH goes either way (MQTT 3.1.1, 3.3)"),
    binary: yes(
      "a payload is any bytes (MQTT 3.1.1, 3.3.3); the lab's are JSON texts, or binary as mqtt:msgpack",
    ),
    proxies: no("not HTTP: it needs a TCP port of its own (MQTT 3.1.1, 4.2)"),
    resumption: no(
      "the lab's broker keeps no session (clean sessions); the client is told that it missed something",
    ),
    offline: yes(
      "sessions that outlive the connection queue QoS 1 (MQTT 3.1.1, 4.1); the lab's figures are without",
    ),
  },
} satisfies TransportFacts;

/** What is otherwise where WebSocket carries it. */
export const overWebSocket = {
  browser: yes("MQTT over WebSocket is for pages (MQTT 3.1.1, 6; WHATWG WebSockets)"),
  proxies: NEEDS_UPGRADE,
} satisfies TransportFacts["traits"];

/** Of a broker at that address which is not the lab's: the protocol is the same, and what the lab's client asks of it. */
export function factsOfBroker(url: string): TransportFacts {
  return {
    ...facts,
    traits: {
      ...facts.traits,
      browser: no("a page can't open TCP; what it can open is MQTT over WebSocket (MQTT 3.1.1, 6)"),
      binary: yes("a payload is any bytes (MQTT 3.1.1, 3.3.3); the lab's are JSON texts"),
      resumption: no("the lab's client asks for clean sessions, of which a broker keeps nothing"),
      ...(/^wss?:/i.test(url) ? overWebSocket : {}),
    },
  };
}
