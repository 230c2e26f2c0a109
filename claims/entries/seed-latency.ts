import type { Claim } from "../claim.ts";
import { FROM_SERVER } from "../from-server.ts";
import { notifyOver, overRoundTrips, streamOver } from "../setups.ts";
import { SEED } from "../sources.ts";

const RTT = "round trip, ms";

export const seedLatency: Claim = {
  id: "seed-latency",
  sentence: "WebSocket takes 30 ms where HTTP long polling takes 100 ms: 70 % less.",
  source: SEED,
  arithmetic: [{ says: "1 - 30/100", claimed: 0.7, follows: 1 - 30 / 100 }],
  readings: [
    {
      kind: "measured",
      meaning: "a notification now and then: the poll is waiting when it comes (median delivery latency)",
      figure: {
        of: { transport: "websocket", metric: "p50" },
        over: { transport: "long-polling", metric: "p50" },
      },
      claimed: { says: "at most 0.30 of long polling's", high: 0.3, tolerance: 1.15 },
      axis: RTT,
      places: overRoundTrips(notifyOver, [0, 10, 40, 100, 200], [0, 40]),
    },
    {
      kind: "measured",
      meaning:
        "rooms in which so much is said that the next message mostly comes while the poll is on its way (median delivery latency, the publisher's way to the server included: where nothing else takes time, one round trip against one to two, so at least half of long polling's)",
      figure: {
        of: { transport: "websocket", metric: "p50" },
        over: { transport: "long-polling", metric: "p50" },
      },
      claimed: { says: "at most 0.30 of long polling's", high: 0.3, tolerance: 1.15 },
      axis: RTT,
      places: overRoundTrips(streamOver, [10, 40, 100, 200], [40]),
    },
    FROM_SERVER,
    {
      kind: "measured",
      meaning:
        "the slowest tenth where the next message mostly comes while the poll is on its way: those whose poll had just left (p90)",
      role: "probably",
      figure: {
        of: { transport: "websocket", metric: "p90" },
        over: { transport: "long-polling", metric: "p90" },
      },
      claimed: { says: "about 0.30 of long polling's", low: 0.3, high: 0.3, tolerance: 1.4 },
      axis: RTT,
      places: overRoundTrips(streamOver, [10, 40, 100], [40]),
    },
  ],
};

export const seedRest: Claim = {
  id: "seed-rest",
  sentence: "WebSocket is 98.5 % faster than REST: 0.37 ms against 25.12 ms.",
  source: SEED,
  arithmetic: [{ says: "1 - 0.37/25.12", claimed: 0.985, follows: 1 - 0.37 / 25.12, tolerance: 0.001 }],
  readings: [
    {
      kind: "measured",
      meaning: "a POST on a connection that stays open against a message on a WebSocket, until the answer",
      figure: {
        of: { transport: "websocket", metric: "ack.p50" },
        over: { transport: "sse", metric: "ack.p50" },
      },
      claimed: { says: "at most 0.015 of REST's", high: 0.37 / 25.12 },
      axis: RTT,
      places: overRoundTrips(notifyOver, [0, 10, 40, 100, 200], [0, 40]),
    },
    {
      kind: "measured",
      meaning: "a new connection for each request",
      figure: {
        of: { transport: "websocket", metric: "ack.p50" },
        over: { transport: "polling:no-keep-alive", metric: "ack.p50" },
      },
      claimed: { says: "at most 0.015 of REST's", high: 0.37 / 25.12 },
      axis: RTT,
      places: overRoundTrips(notifyOver, [0, 40], [0]),
    },
    {
      kind: "untried",
      role: "probably",
      meaning: "the time that the send call alone takes, without waiting for anything to arrive",
      because:
        "the lab times to the answer or to the delivery; a send call returns before the first byte has left, on any link, and the guide does not say where its clock stopped",
    },
  ],
};

export const seedReceipts: Claim = {
  id: "seed-sse-receipts",
  sentence: "SSE with POST raises the latency of read receipts.",
  source: SEED,
  readings: [
    {
      kind: "measured",
      meaning:
        "a receipt takes longer on SSE than on WebSocket by more than a tenth (median receipt latency)",
      figure: {
        of: { transport: "sse", metric: "receipt.p50" },
        over: { transport: "websocket", metric: "receipt.p50" },
      },
      claimed: { says: "at least 1.1 times WebSocket's", low: 1.1, tolerance: 1 },
      axis: RTT,
      places: overRoundTrips(notifyOver, [0, 10, 40, 100, 200], [0, 40]),
    },
  ],
};
