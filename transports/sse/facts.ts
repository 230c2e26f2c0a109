import { NOT_KEPT, no, resumes, type TransportFacts, yes } from "../port/entry.ts";

/** Facts about the protocol as the lab carries it, each with its source. */
export const facts = {
  look: { color: "#009E73", marker: "rect" },
  traits: {
    browser: yes("the EventSource interface (WHATWG HTML, 9.2)"),
    bidirectional: no("a stream from the server alone; sending is a request of its own (WHATWG HTML, 9.2)"),
    binary: no("the stream is UTF-8 text (WHATWG HTML, 9.2.5)"),
    proxies: yes("an ordinary answer that does not end; a proxy that buffers delays it (WHATWG HTML, 9.2.7)"),
    resumption: resumes("Last-Event-ID (WHATWG HTML, 9.2.4)"),
    offline: NOT_KEPT,
  },
} satisfies TransportFacts;

/** What is otherwise where HTTP/2 carries it without TLS. */
const overH2 = {
  browser: no("browsers speak HTTP/2 over TLS alone, by ALPN (RFC 9113, 3.2), here as sse:h2:tls"),
  proxies: no("needs HTTP/2 on every hop (RFC 9113)"),
} satisfies TransportFacts["traits"];

export const factsOfH2: TransportFacts = { ...facts, traits: { ...facts.traits, ...overH2 } };

/** Over TLS a browser chooses HTTP/2 by itself; a proxy in between still has to speak it. */
export const factsOfH2OverTls: TransportFacts = {
  ...facts,
  traits: { ...facts.traits, proxies: overH2.proxies },
};
