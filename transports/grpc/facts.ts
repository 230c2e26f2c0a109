import { NOT_KEPT, no, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#CC79A7", marker: "cross" },
  traits: {
    browser: no(
      "needs gRPC-Web and a gateway, which is another transport (gRPC over HTTP2; gRPC-Web protocol)",
    ),
    bidirectional: yes("bidirectional streaming (gRPC core concepts)"),
    binary: yes("Protocol Buffers: fields of type bytes; the lab's bodies are strings"),
    proxies: no("needs HTTP/2 and its trailers on every hop (gRPC over HTTP2)"),
    resumption: resumes("the lab's own messages subscribe from a cursor"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;
