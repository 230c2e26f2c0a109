import type { Claim, Setup } from "../claim.ts";
import { FEED, feedOf, OPEN_DATA, REQUESTS } from "../setups.ts";

/** Rooms in which everybody hears everybody. */
const ROOMS: Setup = { scenario: "chat", connections: 60, rate: 300, payload: 128 };

export const liveOpenData: Claim = {
  id: "live-open-data",
  sentence: "Server-Sent Events serve more than twice the clients that HTTP polling serves.",
  source: {
    title: "Van de Vyvere et al., Comparing a polling and push-based approach for live Open Data interfaces",
    year: 2020,
    address: "https://brechtvdv.github.io/Article-Live-Open-Data-Interfaces/",
  },
  readings: [
    {
      kind: "measured",
      meaning: "a client that asks every second costs the server more than twice the CPU of an update",
      figure: { of: { transport: "polling", metric: "cpu" }, over: { transport: "sse", metric: "cpu" } },
      claimed: { says: "more than 2 times SSE's", low: 2 },
      places: [{ setup: OPEN_DATA }],
      scaled: { what: "clients", claimed: 25_000, of: "connections" },
    },
  ],
};

export const ezioda: Claim = {
  id: "socketio-20k",
  sentence: "Socket.IO at 20,000 connections, each with 1 KB a second, takes 90 % of a core.",
  source: {
    title: "ezioda004/benchmark-socketio-uwebsockets",
    address: "https://github.com/ezioda004/benchmark-socketio-uwebsockets",
  },
  readings: [
    {
      kind: "measured",
      meaning:
        "a delivery of 1,000 characters costs the server 45 µs of CPU, and cost does not grow with connections",
      figure: { of: { transport: "socketio", metric: "cpu" } },
      claimed: { says: "about 45 µs", low: 45, high: 45, tolerance: 1.5 },
      places: [{ setup: feedOf(1_000) }],
      scaled: { what: "connections", claimed: 20_000, of: "connections" },
    },
  ],
};

export const shootout: Claim = {
  id: "websocket-shootout",
  sentence: "The best results recorded stand for each server.",
  source: {
    title: "hashrocket/websocket-shootout",
    year: 2016,
    address: "https://github.com/hashrocket/websocket-shootout",
  },
  readings: [
    {
      kind: "measured",
      meaning:
        "the best and the worst run of the same server differ from its mean by at most 5 % (CPU per delivery)",
      figure: { of: { transport: "websocket", metric: "cpu" }, as: "spread" },
      claimed: { says: "within 5 % of its mean", low: 0.95, high: 1.05, tolerance: 1 },
      places: [{ setup: FEED }],
    },
    {
      kind: "measured",
      meaning: "the same for the median delivery latency",
      figure: { of: { transport: "websocket", metric: "p50" }, as: "spread" },
      claimed: { says: "within 5 % of its mean", low: 0.95, high: 1.05, tolerance: 1 },
      places: [{ setup: FEED }],
    },
  ],
};

export const bun: Claim = {
  id: "bun-websocket",
  sentence: "Bun sends 7 times the messages of ws on Node.js: 700,000 a second against 100,000.",
  source: {
    title: "Bun, WebSockets (Bun 0.2.1, Node.js 18, a chat of 16 clients)",
    year: 2022,
    address: "https://bun.com/docs/runtime/http/websockets",
  },
  arithmetic: { says: "700,000 / 100,000", claimed: 7, follows: 700_000 / 100_000 },
  readings: [
    {
      kind: "untried",
      meaning: "the same service costs a seventh of the CPU on Bun",
      because:
        "with --runtime bun the lab runs its own server, on the ws that Bun brings; what the sentence speaks of is Bun.serve, which it does not have",
    },
  ],
};

export const uws: Claim = {
  id: "uws-readme",
  sentence: "uWebSockets.js is 20 times as fast as Socket.IO and 13 times as fast as Fastify.",
  source: {
    title: "uWebSockets.js, README (earlier: 10 times and 8.5 times)",
    address: "https://github.com/uNetworking/uWebSockets.js",
  },
  readings: [
    {
      kind: "measured",
      meaning: "a delivery costs a Socket.IO server 20 times the CPU",
      figure: {
        of: { transport: "socketio", metric: "cpu" },
        over: { transport: "websocket:uws", metric: "cpu" },
      },
      claimed: { says: "20 times uWebSockets.js's", low: 20 },
      places: [{ setup: FEED }],
    },
    {
      kind: "measured",
      role: "probably",
      meaning: "the ten times that it said before",
      figure: {
        of: { transport: "socketio", metric: "cpu" },
        over: { transport: "websocket:uws", metric: "cpu" },
      },
      claimed: { says: "10 times uWebSockets.js's", low: 10, high: 20 },
      places: [{ setup: FEED }],
    },
    {
      kind: "measured",
      meaning: "a delivery costs a WebSocket of @fastify/websocket 13 times the CPU",
      figure: {
        of: { transport: "websocket:fastify", metric: "cpu" },
        over: { transport: "websocket:uws", metric: "cpu" },
      },
      claimed: { says: "13 times uWebSockets.js's", low: 13 },
      places: [{ setup: FEED, fullOnly: true }],
    },
  ],
};

export const sahaj: Claim = {
  id: "sahaj-socketio",
  sentence:
    "Socket.IO on ws is at 100 % CPU with about 1,000 clients on 2 vCPU; its p95 is 15 to 20 ms where uWebSockets.js's is 5 ms.",
  source: {
    title: "Bhatt, Benchmarking Socket.IO Servers",
    year: 2026,
    address: "https://sahaj.dev/blog/socketio-benchmark",
  },
  readings: [
    {
      kind: "measured",
      meaning:
        "5 events a second of each to a room of 6 are 30,000 deliveries a second, so that a delivery costs 33 µs of one core",
      figure: { of: { transport: "socketio", metric: "cpu" } },
      claimed: { says: "about 33 µs", low: 1e6 / 30_000, high: 1e6 / 30_000, tolerance: 1.6 },
      places: [{ setup: ROOMS }],
      scaled: { what: "clients", claimed: 1_000, of: "connections" },
    },
    {
      kind: "untried",
      meaning: "Socket.IO on uWebSockets.js has a third of the p95",
      because: "the lab has no Socket.IO on uWebSockets.js",
    },
  ],
};

export const centrifugo: Claim = {
  id: "centrifugo-million",
  sentence: "A million WebSockets and 500,000 messages a second with a p99 of at most 200 ms, on 20 pods.",
  source: {
    title: "Centrifugal, Million connections with Centrifugo",
    year: 2020,
    address: "https://centrifugal.dev/blog/2020/02/10/million-connections-with-centrifugo",
  },
  arithmetic: {
    says: "28 million a minute / 60 s",
    claimed: 500_000,
    follows: 28_000_000 / 60,
    tolerance: 0.1,
  },
  readings: [
    {
      kind: "measured",
      meaning:
        "a Node.js server with a small part of one pod's load keeps the p99 (their server is Go, and another)",
      figure: { of: { transport: "websocket", metric: "p99" } },
      claimed: { says: "at most 200 ms", high: 200_000 },
      places: [{ setup: REQUESTS }],
      scaled: { what: "messages a second", claimed: 500_000, of: "rate" },
    },
  ],
};

export const mosquitto: Claim = {
  id: "emqx-mosquitto",
  sentence:
    "From 1 publisher to 1,000 subscribers (QoS 1, 16 B, 1 a second) Mosquitto takes 5.73 ms and NanoMQ 13.66 ms.",
  source: {
    title: "EMQX, Open MQTT Benchmarking Comparison: Mosquitto vs NanoMQ",
    year: 2023,
    address: "https://www.emqx.com/en/blog/open-mqtt-benchmarking-comparison-mosquitto-vs-nanomq",
  },
  readings: [
    {
      kind: "measured",
      meaning:
        "the mean delivery latency through a Mosquitto of this machine (bodies of 21 characters, the lab's least)",
      figure: { of: { transport: "mqtt:mosquitto", metric: "delivery.mean" } },
      claimed: { says: "about 5.73 ms", low: 5_730, high: 5_730, tolerance: 1.5 },
      places: [
        {
          setup: {
            scenario: "fan-out",
            connections: { quick: 201, full: 1_001 },
            rate: 1,
            payload: 21,
            duration: { quick: 4, full: 12 },
          },
        },
      ],
      scaled: { what: "subscribers", claimed: 1_000, of: "connections" },
    },
    { kind: "untried", meaning: "NanoMQ's half", because: "the lab has no NanoMQ" },
  ],
};

export const delta: Claim = {
  id: "centrifugo-delta",
  sentence: "Delta compression cuts traffic tenfold.",
  source: {
    title: "Centrifugo, Delta compression",
    address: "https://centrifugal.dev/docs/server/delta_compression",
  },
  readings: [
    {
      kind: "untried",
      meaning: "only what changed since the last notification is sent",
      because:
        "no transport here sends differences; what they save is what successive bodies share, so that any factor can be had by choosing them",
    },
    {
      kind: "measured",
      role: "beside",
      meaning:
        "what compression of each message alone does (permessage-deflate, the lab's bodies of 1,000 characters)",
      figure: {
        of: { transport: "websocket:deflate", metric: "bytes" },
        over: { transport: "websocket", metric: "bytes" },
      },
      claimed: { says: "at most a tenth", high: 0.1 },
      places: [{ setup: feedOf(1_000) }],
    },
  ],
};

export const batchedPings: Claim = {
  id: "centrifugo-pings",
  sentence: "Batched pings take less than half the CPU with 10,000 idle connections.",
  source: { title: "Centrifugo Pro, Performance", address: "https://centrifugal.dev/docs/pro/performance" },
  readings: [
    {
      kind: "untried",
      meaning: "heartbeats of many connections that are written together",
      because: "no transport here batches its heartbeats",
    },
  ],
};
