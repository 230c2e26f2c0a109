import { NOT_KEPT, no, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#332288", marker: "crossRot" },
  traits: {
    browser: yes("fetch() and the stream of its answer (WHATWG Fetch, 2.2.4; WHATWG Streams, 4)"),
    bidirectional: no("an answer from the server alone; sending is a request of its own (RFC 9110, 3.4)"),
    binary: yes("the content of an answer is any bytes (RFC 9110, 6.4); the lab's are lines of JSON"),
    proxies: yes("an ordinary answer that does not end; a proxy that buffers delays it"),
    resumption: resumes("the id of the last event in the next request"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;
