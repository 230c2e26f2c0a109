import type { Claim } from "../claim.ts";
import { HELD } from "../setups.ts";

const ofWebsocket = {
  of: { transport: "websocket", metric: "memoryPerConnection.rss.bytesPerConnection" },
};

export const cloudbase: Claim = {
  id: "cloudbase",
  sentence:
    "20,000 connections take 82 % of the memory of 2 vCPU and 4 GB, 24,000 take 91.6 %: 35 % and 4 points per 1,000 connections.",
  source: {
    title: "CloudBase, benchmarks of realtime connections",
    address: "https://docs.cloudbase.net/api-reference/webv3/realtime/benchmarks",
  },
  arithmetic: [
    { says: "35 % and 4 points for each of 20 thousand, in %", claimed: 82, follows: 35 + 4 * 20 },
    {
      says: "(91.6 % - 82 %) / 4 thousand connections, in points for each",
      claimed: 4,
      follows: (91.6 - 82) / 4,
    },
  ],
  readings: [
    {
      kind: "measured",
      meaning:
        "what a connection adds by its own two rows, 2.4 points of 4 GB a thousand: 96 kB, on a Node.js server with ws and the lab's sessions",
      figure: ofWebsocket,
      claimed: {
        says: "about 96 kB",
        low: (0.024 * 4e9) / 1_000,
        high: (0.024 * 4e9) / 1_000,
        tolerance: 2,
      },
      places: [{ setup: HELD }],
      scaled: [{ what: "connections", claimed: 20_000, of: "connections" }],
    },
  ],
};

export const anycable: Claim = {
  id: "anycable",
  sentence: "10,000 connections take 430 MB on AnyCable, and 280 MB on AnyCable Pro.",
  source: { title: "AnyCable Pro", address: "https://docs.anycable.io/pro" },
  readings: [
    { kind: "untried", meaning: "AnyCable's own memory", because: "the lab has no AnyCable" },
    {
      kind: "measured",
      role: "beside",
      meaning: "what a connection of ws takes on Node.js with the lab's session, beside AnyCable's 43 kB",
      figure: ofWebsocket,
      claimed: { says: "about 43 kB", low: 43_000, high: 43_000, tolerance: 1.5 },
      places: [{ setup: HELD }],
      scaled: [{ what: "connections", claimed: 10_000, of: "connections" }],
    },
  ],
};

export const rustServer: Claim = {
  id: "rust-websocket-server",
  sentence: "ws takes about 250 MB with 10,000 connections, and 1.8 ms.",
  source: {
    title: "rust-websocket-server",
    address: "https://www.npmjs.com/package/rust-websocket-server",
  },
  readings: [
    {
      kind: "untried",
      part: "memory",
      meaning: "a connection of ws alone takes 25 kB of resident memory",
      because: "each connection that the lab measures has a session of its own, whose part was not measured",
    },
    {
      kind: "measured",
      role: "beside",
      meaning: "what a connection of ws takes with the lab's session, subscription and heartbeat",
      figure: ofWebsocket,
      claimed: { says: "about 25 kB", low: 25_000, high: 25_000, tolerance: 1.5 },
      places: [{ setup: HELD }],
      scaled: [{ what: "connections", claimed: 10_000, of: "connections" }],
    },
    {
      kind: "untried",
      part: "time",
      meaning: "the 1.8 ms",
      because: "it does not say of what, nor under what load",
    },
  ],
};

export const redisStreams: Claim = {
  id: "socketio-redis-outage",
  sentence: "The Redis streams adapter of Socket.IO loses no packet when Redis is away for a while.",
  source: {
    title: "Socket.IO, Redis Streams adapter",
    year: 2023,
    address: "https://socket.io/docs/v4/redis-streams-adapter",
  },
  readings: [
    {
      kind: "measured",
      meaning:
        "Redis stands still for 5 s, its connections open, and goes on: what the server accepted reaches every subscriber",
      figure: { of: { transport: "socketio:redis", metric: "lost" }, as: "none" },
      claimed: { says: "none lost", high: 0 },
      places: [{ setup: { scenario: "backplane-partition", duration: 10 } }],
    },
    {
      kind: "measured",
      meaning: "Redis is killed and comes back empty, so that its stream is gone",
      figure: { of: { transport: "socketio:redis", metric: "lost" }, as: "none" },
      claimed: { says: "none lost", high: 0 },
      places: [{ setup: { scenario: "backplane-restart", duration: 6 }, fullOnly: true }],
    },
    {
      kind: "untried",
      meaning: "the connection to Redis is cut, and Redis keeps the stream",
      because: "the lab stops Redis or kills it, and gives it no disk to keep anything on",
    },
  ],
};
