import type { Claim, Measured, Setup } from "../claim.ts";
import { FROM_SERVER } from "../from-server.ts";
import { FEED, feedOf, OPEN_DATA, overRoundTrips, REQUESTS, streamOver } from "../setups.ts";

export const quantum: Claim = {
  id: "quantum",
  sentence:
    "WebSocket reduces header traffic 500:1, or even 1,000:1 depending on the headers, and latency 3:1.",
  source: {
    title: "Lubbers and Greco, HTML5 WebSocket: A Quantum Leap in Scalability for the Web",
    year: 2010,
    address: "http://www.websocket.org/quantum.html",
  },
  arithmetic: [{ says: "150 ms / 50 ms", claimed: 3, follows: 150 / 50 }],
  readings: [
    {
      kind: "measured",
      part: "header bytes",
      meaning:
        "bytes of a delivery beside the body's own, long polling against WebSocket, with the envelope of JSON (some 90 bytes, the same on both) and the acknowledged publish, which the article does not count: heads alone are some 60:1 here, of clients on Node.js that send few header fields (`notif-lab explain websocket,long-polling` shows them)",
      figure: {
        of: { transport: "long-polling", metric: "bytes", less: 200 },
        over: { transport: "websocket", metric: "bytes", less: 200 },
      },
      claimed: { says: "at least 500 times WebSocket's", low: 500 },
      places: [{ setup: FEED }],
    },
    {
      kind: "measured",
      part: "header bytes",
      meaning:
        "bytes of a delivery beside the body's own, a client that asks every second against WebSocket, counted in the same way",
      figure: {
        of: { transport: "polling", metric: "bytes", less: 200 },
        over: { transport: "websocket", metric: "bytes", less: 200 },
      },
      claimed: { says: "at least 500 times WebSocket's", low: 500 },
      places: [{ setup: OPEN_DATA, fullOnly: true }],
    },
    { ...FROM_SERVER, part: "latency" },
    {
      kind: "measured",
      role: "beside",
      meaning:
        "median delivery latency of a quick stream, in which the next message mostly comes while the poll is on its way, long polling against WebSocket, the publisher's way to the server included (where nothing else takes time, one to two round trips against one, so at most twice WebSocket's)",
      figure: {
        of: { transport: "long-polling", metric: "p50" },
        over: { transport: "websocket", metric: "p50" },
      },
      claimed: { says: "at least 3 times WebSocket's", low: 3 },
      axis: "round trip, ms",
      places: overRoundTrips(streamOver, [10, 40, 100, 200], [40]),
    },
  ],
};

export const mqttAgainstWebsocket: Claim = {
  id: "bit-tech-mqtt",
  sentence: "MQTT (QoS 0) takes 11.0 ms where WebSocket takes 41.5 ms, in a local network.",
  source: {
    title: "Tsaqief and Sutopo, Comparative Performance Analysis Between the MQTT and WebSocket Protocols",
    year: 2025,
    address: "https://doi.org/10.32877/bt.v8i2.3223",
  },
  arithmetic: [{ says: "11.04 ms / 41.544 ms", claimed: 0.266, follows: 11.04 / 41.544, derived: true }],
  readings: [
    {
      kind: "measured",
      meaning: "on one machine and one language: MQTT's mean delivery latency against WebSocket's",
      figure: {
        of: { transport: "mqtt", metric: "delivery.mean" },
        over: { transport: "websocket", metric: "delivery.mean" },
      },
      claimed: { says: "at most 0.27 of WebSocket's", high: 11.04 / 41.544, tolerance: 1.2 },
      places: [{ setup: FEED }],
    },
    {
      kind: "measured",
      role: "probably",
      meaning:
        "not a delivery, but the answer to a publish, on a WebSocket whose small frames wait for an acknowledgement that is delayed by up to 40 ms: without TCP_NODELAY, which all other transports of the lab set (their sender was an ESP32)",
      figure: { of: { transport: "websocket:nagle", metric: "ack.mean" } },
      claimed: { says: "about 41.5 ms", low: 41_544, high: 41_544, tolerance: 1.15 },
      places: [{ setup: streamOver(0) }],
    },
  ],
};

export const medisco: Claim = {
  id: "medisco-grpc",
  sentence: "gRPC's p99 is 12 ms where REST's is 45 ms (1 KB, Node.js).",
  source: {
    title: "medisco.io, gRPC vs REST for internal APIs",
    address: "https://www.medisco.io/blog/grpc-vs-rest-internal-apis",
  },
  arithmetic: [{ says: "12 ms / 45 ms", claimed: 0.267, follows: 12 / 45, derived: true }],
  readings: [
    {
      kind: "measured",
      meaning:
        "1,000 characters published until the answer, a message on gRPC's stream against a POST on a connection that stays open (p99)",
      figure: {
        of: { transport: "grpc", metric: "ack.p99" },
        over: { transport: "sse", metric: "ack.p99" },
      },
      claimed: { says: "at most 0.27 of REST's", high: 12 / 45 },
      places: [{ setup: REQUESTS }],
    },
    {
      kind: "measured",
      role: "probably",
      meaning: "REST with a connection for each request (p90, at a rate that leaves ports enough)",
      figure: {
        of: { transport: "grpc", metric: "ack.p90" },
        over: { transport: "polling:no-keep-alive", metric: "ack.p90" },
      },
      claimed: { says: "about 0.27 of REST's", low: 12 / 45, high: 12 / 45, tolerance: 1.5 },
      places: [{ setup: { ...REQUESTS, rate: 100 }, fullOnly: true }],
    },
  ],
};

export const tangen: Claim = {
  id: "tangen",
  sentence:
    "WebSocket outperforms Server-Sent Events and long polling under moderate load, until the server has no CPU left.",
  source: {
    title: "Tangen, Real-Time Web with WebSocket, master's thesis, University of Oslo",
    year: 2015,
    address: "https://cupdf.com/document/real-time-web-with-websocket-duo-uiono.html",
  },
  readings: [
    ...(["sse", "long-polling"] as const).map(
      (transport): Measured => ({
        kind: "measured",
        part: `against ${transport}`,
        meaning: `a broadcast's median latency is lower on WebSocket than on ${transport}`,
        figure: { of: { transport: "websocket", metric: "p50" }, over: { transport, metric: "p50" } },
        claimed: { says: `lower than ${transport}'s`, high: 1, tolerance: 1 },
        axis: "publishes a second to 19 subscribers",
        places: [
          { setup: FEED, at: 80 },
          { setup: feedOf(200, 200), at: 200, fullOnly: true },
          { setup: feedOf(200, 400), at: 400 },
          { setup: feedOf(200, 800), at: 800, fullOnly: true },
          { setup: feedOf(200, 1_600), at: 1_600, fullOnly: true },
        ],
      }),
    ),
    {
      kind: "untried",
      part: "without CPU left",
      meaning: "where the server has no CPU left, WebSocket is no longer ahead",
      because:
        "an experiment here offers what the server carries, and a latency at saturation is a queue's; `notif-lab capacity --slo 'p99 < 50ms, lost = 0' --transports websocket,sse,long-polling` finds how much each carries",
    },
  ],
};

/** Publishes of several phones over 3G. */
const PHONE: Setup = {
  scenario: "notify",
  // So many that a request which takes four round trips is answered before the same phone has the next one.
  connections: 80,
  rate: 10,
  payload: 128,
  link: "3g",
  // Connections over TLS take more than a second there.
  warmup: 2,
  duration: { quick: 2, full: 10 },
};

export const nicholas: Claim = {
  id: "nicholas-mqtt",
  sentence: "MQTT has 93 times the throughput of HTTPS, on a phone over 3G.",
  source: {
    title: "Nicholas, Power Profiling: HTTPS Long Polling vs. MQTT with SSL, on Android",
    address: "http://stephendnicholas.com/posts/power-profiling-mqtt-vs-https",
  },
  arithmetic: [
    { says: "160,278 / 1,708 messages received an hour over 3G", claimed: 93, follows: 160_278 / 1_708 },
  ],
  readings: [
    {
      kind: "untried",
      meaning: "messages that a phone receives in an hour, pushed by MQTT against one for each long poll",
      because:
        "it is what either carries at most, and an experiment here offers a load that both carry; `notif-lab sweep --over rate=1..400 --link 3g --transports mqtt:tls,long-polling:single:tls` shows from which rate on each saturates",
    },
    {
      kind: "measured",
      role: "beside",
      meaning:
        "messages that a phone sends, one after the other, each until its answer, over TLS and 3G: an acknowledged publish of MQTT against a POST on a connection that stays open",
      figure: {
        of: { transport: "sse:tls", metric: "ack.mean" },
        over: { transport: "mqtt:tls", metric: "ack.mean" },
      },
      claimed: { says: "at least 93 times as long", low: 93, tolerance: 1.5 },
      places: [{ setup: PHONE }],
    },
    {
      kind: "untried",
      role: "probably",
      meaning:
        "messages that MQTT sends without waiting, against polls that bring one each and wait for one another",
      because:
        "nothing then limits MQTT but the link's bandwidth, so that any factor can be had; a poll that brings all that waits, as the lab's does unless it is told to bring one, closes most of the gap",
    },
  ],
};
