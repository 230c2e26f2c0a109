import { NEEDS_UPGRADE, NOT_KEPT, no, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#E69F00", marker: "triangle" },
  traits: {
    browser: yes("socket.io-client runs in pages (Socket.IO documentation, Client installation)"),
    bidirectional: yes("events both ways (Socket.IO protocol 5, Event)"),
    binary: yes(
      "binary packets (Socket.IO protocol 5, Binary event); the lab's messages are JSON texts, or binary as socketio:msgpack",
    ),
    proxies: NEEDS_UPGRADE,
    resumption: resumes("the lab's own events subscribe from a cursor"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;

export const pollingFacts: TransportFacts = {
  ...facts,
  traits: {
    ...facts.traits,
    bidirectional: no(
      "sending is a POST beside the poll that waits (Engine.IO protocol 4, HTTP long-polling)",
    ),
    binary: no("binary packets travel as base64 (Engine.IO protocol 4, HTTP long-polling)"),
    proxies: yes("ordinary requests and answers (Engine.IO protocol 4, HTTP long-polling)"),
  },
};

export const redisFacts: TransportFacts = {
  ...facts,
  traits: {
    ...facts.traits,
    resumption: no(
      "the library restores a connection's state for two minutes after most disconnections, and the lab has no cursor for it (Socket.IO documentation, Connection state recovery)",
    ),
  },
};

export const pubsubFacts: TransportFacts = {
  ...facts,
  traits: {
    ...facts.traits,
    resumption: no(
      "the adapter for pub/sub has no connection state recovery, and the lab has no cursor for it (Socket.IO documentation, Connection state recovery)",
    ),
  },
};
