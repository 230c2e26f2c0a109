import type { Claim } from "../claim.ts";
import { CROWD, crowdOf, FEED, feedOf, HELD, LAB_SESSION, SILENT } from "../setups.ts";
import { SEED } from "../sources.ts";

export const seedBandwidth: Claim = {
  id: "seed-bandwidth",
  sentence: "WebSocket halves the bandwidth of long polling.",
  source: SEED,
  readings: [
    {
      kind: "measured",
      meaning: "half the TCP payload of a delivery, both ways, all its requests included",
      figure: {
        of: { transport: "websocket", metric: "bytes" },
        over: { transport: "long-polling", metric: "bytes" },
      },
      claimed: { says: "at most 0.50 of long polling's", high: 0.5, tolerance: 1.05 },
      axis: "characters",
      places: [
        { setup: feedOf(50), at: 50 },
        { setup: FEED, at: 200 },
        { setup: feedOf(400), at: 400, fullOnly: true },
        { setup: feedOf(1_000), at: 1_000 },
        { setup: feedOf(5_000), at: 5_000, fullOnly: true },
      ],
    },
    {
      kind: "untried",
      role: "beside",
      meaning: "in a browser, whose headers and cookies a poll repeats",
      because:
        "the lab's clients send the headers that the protocol needs; a browser's are longer, so that the saving reaches to longer bodies",
    },
  ],
};

export const seedCpu: Claim = {
  id: "seed-cpu-5000",
  sentence: "At 5,000 connections WebSocket stays stable, and long polling takes 40 % more CPU.",
  source: SEED,
  readings: [
    {
      kind: "measured",
      part: "CPU",
      meaning: "all get something: the server's CPU per delivery is 40 % higher on long polling",
      figure: {
        of: { transport: "long-polling", metric: "cpu" },
        over: { transport: "websocket", metric: "cpu" },
      },
      claimed: { says: "at least 1.4 times WebSocket's", low: 1.4 },
      axis: "connections",
      places: [
        { setup: crowdOf(100), at: 100, fullOnly: true },
        { setup: crowdOf(400), at: 400 },
        { setup: crowdOf(2_000), at: 2_000, fullOnly: true },
      ],
      scaled: [{ what: "connections", claimed: 5_000, of: "connections" }],
    },
    {
      kind: "measured",
      part: "CPU",
      meaning: "all are silent: the server's event loop is busy 40 % longer on long polling",
      figure: {
        of: { transport: "long-polling", metric: "serverLoopUtilization" },
        over: { transport: "websocket", metric: "serverLoopUtilization" },
      },
      claimed: { says: "at least 1.4 times WebSocket's", low: 1.4 },
      places: [{ setup: SILENT, fullOnly: true }],
      scaled: [{ what: "connections", claimed: 5_000, of: "connections" }],
    },
    {
      kind: "measured",
      part: "stable",
      meaning: "WebSocket is stable: nothing is lost in the crowd",
      figure: { of: { transport: "websocket", metric: "lost" }, as: "none" },
      claimed: { says: "none lost", high: 0 },
      places: [{ setup: CROWD }],
      scaled: [{ what: "connections", claimed: 5_000, of: "connections" }],
    },
  ],
};

const memory = (transport: string) => ({
  of: { transport, metric: "memoryPerConnection.rss.bytesPerConnection" },
});

export const seedUws: Claim = {
  id: "seed-uws-memory",
  sentence: "uWebSockets.js takes 2 to 5 MB per 1,000 connections.",
  source: SEED,
  readings: [
    {
      kind: "measured",
      meaning:
        "resident memory that an idle connection adds to the server, held against the upper end alone: what the library itself takes may be less",
      figure: memory("websocket:uws"),
      claimed: { says: "at most 5 kB a connection", high: 5_000 },
      own: LAB_SESSION,
      places: [{ setup: HELD }],
    },
    {
      kind: "measured",
      role: "beside",
      meaning: "resident memory that an idle connection of ws adds, as the lab's websocket uses it",
      figure: memory("websocket"),
      claimed: { says: "at most 5 kB a connection", high: 5_000 },
      places: [{ setup: HELD }],
    },
  ],
};

export const seedGigabyte: Claim = {
  id: "seed-1gb",
  sentence: "150 connections exhaust 1 GB, which the guide itself calls outdated.",
  source: SEED,
  readings: (["websocket", "socketio"] as const).map((transport) => ({
    kind: "measured",
    meaning: `a connection of ${transport} takes a hundred-and-fiftieth of 1 GB on a Node.js server`,
    figure: memory(transport),
    claimed: {
      says: "at least 6.7 MB a connection, the figure called outdated",
      low: 1e9 / 150,
      tolerance: 2,
    },
    places: [{ setup: HELD }],
  })),
};

export const seedSocketio: Claim = {
  id: "seed-socketio-memory",
  sentence:
    "Socket.IO costs more memory than uWebSockets.js at more than 10,000 connections, and is fine at 500.",
  source: SEED,
  readings: [
    {
      kind: "measured",
      part: "memory",
      meaning: "a connection of Socket.IO takes more resident memory than one of uWebSockets.js",
      figure: {
        ...memory("socketio"),
        over: { transport: "websocket:uws", metric: "memoryPerConnection.rss.bytesPerConnection" },
      },
      claimed: { says: "more than uWebSockets.js", low: 1, tolerance: 1 },
      places: [{ setup: HELD }],
      scaled: [{ what: "connections", claimed: 10_000, of: "connections" }],
    },
    {
      kind: "measured",
      part: "all there at 500",
      meaning: "500 users of the guide's service, 10 notifications a minute each: none is lost",
      figure: { of: { transport: "socketio", metric: "lost" }, as: "none" },
      claimed: { says: "none lost", high: 0 },
      places: [{ setup: { scenario: "notify", connections: 500, rate: 83, payload: 1_000 } }],
    },
    {
      kind: "measured",
      part: "quick at 500",
      meaning:
        "500 users of the guide's service: the median notification takes no longer than the 30 ms that the guide gives WebSocket",
      figure: { of: { transport: "socketio", metric: "p50" } },
      claimed: { says: "at most 30 ms", high: 30_000 },
      places: [{ setup: { scenario: "notify", connections: 500, rate: 83, payload: 1_000 } }],
    },
  ],
};
