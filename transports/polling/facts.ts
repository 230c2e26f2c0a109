import { NOT_KEPT, no, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#882255", marker: "rectRounded" },
  traits: {
    browser: yes("ordinary requests (WHATWG Fetch)"),
    bidirectional: no("the client asks, and sends by requests of their own (RFC 9110, 3.3)"),
    binary: yes("the content of an answer is any bytes (RFC 9110, 6.4); the lab's are JSON texts"),
    proxies: yes("ordinary requests and answers, none of which waits"),
    resumption: resumes("each poll brings the cursor of the last answer"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;
