import type { Claim, Setup } from "../claim.ts";
import { CROWD, FEED, feedOf, OPEN_DATA } from "../setups.ts";

/** Two rooms of six, in which all hear all, themselves too, and nobody marks as read. */
const ROOMS: Setup = { scenario: "collaboration", connections: 12, rate: 600, payload: 128 };

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
      meaning:
        "a client that asks every second costs the server more than twice the CPU of one that is sent the same",
      figure: { of: { transport: "polling", metric: "cpu" }, over: { transport: "sse", metric: "cpu" } },
      claimed: { says: "more than 2 times SSE's", low: 2, tolerance: 1 },
      own: {
        says: "the lab's sessions and bounds add more to polling's CPU than to SSE's, at most a quarter (docs/method.md, What an adapter adds)",
        most: 1.25,
      },
      places: [{ setup: OPEN_DATA }],
      scaled: [{ what: "clients", claimed: 25_000, of: "connections" }],
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
  arithmetic: [
    {
      says: "0.9 of a core / 20,000 messages a second, in µs",
      claimed: 45,
      follows: (0.9 * 1e6) / 20_000,
      derived: true,
    },
  ],
  readings: [
    {
      kind: "measured",
      meaning: "a delivery of 1,000 characters costs the server 45 µs of CPU",
      figure: { of: { transport: "socketio", metric: "cpu" } },
      claimed: { says: "about 45 µs", low: 45, high: 45, tolerance: 1.5 },
      places: [{ setup: { ...CROWD, payload: 1_000 } }],
      scaled: [{ what: "connections", claimed: 20_000, of: "connections" }],
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
        "CPU per delivery: the best and the worst run of the same server differ from its mean by at most 5 % (in the lab's short blocks: the more of them, the farther the best one lies)",
      figure: { of: { transport: "websocket", metric: "cpu" }, as: "spread" },
      claimed: { says: "within 5 % of its mean", low: 0.95, high: 1.05, tolerance: 1 },
      places: [{ setup: FEED }],
    },
    {
      kind: "measured",
      meaning:
        "median delivery latency: the best and the worst run of the same server differ from its mean by at most 5 %",
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
  arithmetic: [{ says: "700,000 / 100,000", claimed: 7, follows: 700_000 / 100_000 }],
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
      part: "Socket.IO",
      meaning: "a delivery costs a Socket.IO server 20 times the CPU",
      figure: {
        of: { transport: "socketio", metric: "cpu" },
        over: { transport: "websocket:uws", metric: "cpu" },
      },
      claimed: { says: "at least 20 times uWebSockets.js's", low: 20 },
      axis: "publishes a second to 19 subscribers",
      places: [
        { setup: FEED, at: 80 },
        { setup: feedOf(200, 800), at: 800, fullOnly: true },
      ],
    },
    {
      kind: "measured",
      role: "beside",
      meaning: "10 times as fast as Socket.IO, as an earlier README has it",
      figure: {
        of: { transport: "socketio", metric: "cpu" },
        over: { transport: "websocket:uws", metric: "cpu" },
      },
      claimed: { says: "10 to 20 times uWebSockets.js's", low: 10, high: 20 },
      places: [{ setup: FEED }],
    },
    {
      kind: "untried",
      part: "Fastify",
      meaning: "requests of HTTP, which is what the README compares with Fastify",
      because: "the lab compares ways to deliver notifications, and has no HTTP service on uWebSockets.js",
    },
    {
      kind: "measured",
      role: "beside",
      meaning: "a delivery on a WebSocket of @fastify/websocket, whose route is Fastify's, in CPU",
      figure: {
        of: { transport: "websocket:fastify", metric: "cpu" },
        over: { transport: "websocket:uws", metric: "cpu" },
      },
      claimed: { says: "at least 13 times uWebSockets.js's", low: 13 },
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
  arithmetic: [
    {
      says: "1,000 clients, 5 events a second of each to the 6 of its room, in deliveries a second",
      claimed: 30_000,
      follows: 1_000 * 5 * 6,
      derived: true,
    },
    { says: "1 / 30,000 a second, in µs of one core", claimed: 33, follows: 1e6 / 30_000, derived: true },
  ],
  readings: [
    {
      kind: "measured",
      part: "CPU",
      meaning:
        "a delivery to a room of 6, the sender among them, costs 33 µs of one core (here two rooms in which each publishes 50 times a second, with an answer, on a core that is not full; there each 5 times, with a game's state to keep and a ping a second beside it)",
      figure: { of: { transport: "socketio", metric: "cpu" } },
      claimed: { says: "about 33 µs", low: 1e6 / 30_000, high: 1e6 / 30_000, tolerance: 1.6 },
      places: [{ setup: ROOMS }],
      scaled: [{ what: "clients", claimed: 1_000, of: "connections" }],
    },
    {
      kind: "untried",
      part: "p95",
      meaning: "Socket.IO on uWebSockets.js has a third of the p95",
      because: "the lab has no Socket.IO on uWebSockets.js",
    },
  ],
};
