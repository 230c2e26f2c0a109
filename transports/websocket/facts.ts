import { NEEDS_UPGRADE, NOT_KEPT, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#0072B2", marker: "circle" },
  traits: {
    browser: yes("the WebSocket interface (WHATWG WebSockets, 3)"),
    bidirectional: yes("two-way by design (RFC 6455, 1.2)"),
    binary: yes(
      "binary frames (RFC 6455, 5.6); the lab's messages are JSON texts, or binary as websocket:msgpack",
    ),
    proxies: NEEDS_UPGRADE,
    resumption: resumes("the lab's own protocol subscribes from a cursor"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;
