import { NOT_KEPT, no, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#CC79A7", marker: "cross" },
  traits: {
    browser: no(
      "a page can't use HTTP/2 so; what it can use is gRPC-Web, here as grpc:web (gRPC-Web protocol)",
    ),
    bidirectional: yes("bidirectional streaming (gRPC core concepts)"),
    binary: yes("Protocol Buffers: fields of type bytes; the lab's bodies are strings"),
    proxies: no("needs HTTP/2 and its trailers on every hop (gRPC over HTTP2)"),
    resumption: resumes("the lab's own messages subscribe from a cursor"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;

/** What is otherwise by gRPC-Web. */
export const overWeb = {
  browser: yes("gRPC-Web is for pages, through fetch() (gRPC-Web protocol; Fetch standard)"),
  bidirectional: no("no client streaming (gRPC-Web protocol): each request is a call of its own"),
  proxies: yes("ordinary HTTP/1.1 requests; a proxy must not hold back the stream's answer (RFC 9110)"),
} satisfies TransportFacts["traits"];
