import type { Claim } from "../claim.ts";

/** Their sources could not be had in full here. Whoever reads one writes its readings and takes `notRead` away. */

export const umea: Claim = {
  id: "umea-webtransport",
  sentence: "WebTransport, reliable, beats WebSocket's round trip at 5 and 15 % packet loss.",
  source: {
    title:
      "Gulliksson, Empirical analysis of the impact of packet loss on WebTransport using Socket.IO, thesis, Umeå University",
    year: 2024,
    address: "http://umu.diva-portal.org/smash/record.jsf?pid=diva2:1876796",
  },
  notRead: "only its abstract could be had; and the lab has no WebTransport yet",
  readings: [],
};

export const dalarna: Claim = {
  id: "dalarna-sse-http2",
  sentence: "SSE with XHR over HTTP/2 performs as well as WebSocket, if not better.",
  source: {
    title:
      "Fladvad and Khans, Real-Time Synchronization of Multi-Window Web-Applications, thesis, Dalarna University",
    year: 2021,
    address: "https://docslib.org/doc/3978777/real-time-synchronization-of-multi-window-web-applications",
  },
  notRead: "only its abstract could be had, which has neither figures nor loads",
  readings: [],
};

export const vroble: Claim = {
  id: "vroble-webtransport",
  sentence: "WebTransport cut the latency of a drawing application by 35 %.",
  source: {
    title: "Gupta, Beyond WebSockets: Mastering WebTransport",
    year: 2025,
    address: "https://www.vroble.com/2025/11/beyond-websockets-mastering.html",
  },
  notRead: "only its beginning could be had; and the lab has no WebTransport yet",
  readings: [],
};

export const kaminski: Claim = {
  id: "kaminski-grpc",
  sentence: "gRPC is the most efficient and reliable of REST, WebSocket, gRPC and GraphQL.",
  source: {
    title: "Kamiński et al., Comparative review of selected Internet communication protocols",
    year: 2022,
    address: "https://arxiv.org/abs/2212.07475",
  },
  notRead:
    "only its abstract could be had, which does not say what was counted as efficient (servers in Python)",
  readings: [],
};

export const shopify: Claim = {
  id: "shopify-sse",
  sentence: "Polling delays data by at least 10 s; with SSE it is on the page within 21 s of its making.",
  source: {
    title: "Shopify Engineering, Using Server Sent Events to Simplify Real-time Streaming at Scale",
    year: 2022,
    address: "https://shopify.engineering/server-sent-events-data-streaming",
  },
  notRead:
    "only its beginning could be had; the 21 s are of a whole pipeline, so that the two figures may not be of the same way",
  readings: [],
};
