import { NOT_KEPT, no, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#D55E00", marker: "rectRot" },
  traits: {
    browser: yes("ordinary requests (WHATWG Fetch)"),
    bidirectional: no("sending is a request of its own beside the poll that waits (RFC 6202, 2.1)"),
    binary: yes(
      "the content of an answer is any bytes (RFC 9110, 6.4); the lab's are JSON texts, or binary as long-polling:msgpack",
    ),
    proxies: yes("ordinary requests and answers; a wait must end before a proxy's time-out (RFC 6202, 5.5)"),
    resumption: resumes("each poll brings the cursor of the last answer"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;
