import type { Claim } from "../claim.ts";
import { feedOf, REQUESTS } from "../setups.ts";

export const centrifugo: Claim = {
  id: "centrifugo-million",
  sentence: "A million WebSockets and 500,000 messages a second with a p99 of at most 200 ms, on 20 pods.",
  source: {
    title: "Centrifugal, Million connections with Centrifugo",
    year: 2020,
    address: "https://centrifugal.dev/blog/2020/02/10/million-connections-with-centrifugo",
  },
  arithmetic: [
    {
      says: "the article's 28 million a minute / 60 s",
      claimed: 500_000,
      follows: 28_000_000 / 60,
      tolerance: 0.1,
    },
  ],
  readings: [
    {
      kind: "untried",
      meaning: "a million connections, and half a million deliveries a second among them, on many machines",
      because: "it is far beyond one machine, and their server is another, in Go",
    },
    {
      kind: "measured",
      role: "beside",
      meaning:
        "a Node.js server keeps that p99 where 50 clients publish to one (51 connections, 1,600 deliveries a second)",
      figure: { of: { transport: "websocket", metric: "p99" } },
      claimed: { says: "at most 200 ms", high: 200_000 },
      places: [{ setup: REQUESTS }],
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
      kind: "untried",
      part: "Mosquitto",
      meaning: "the mean delivery latency at QoS 1, from the publisher straight through Mosquitto",
      because:
        "mqtt:mosquitto speaks QoS 0, and each message passes the lab's core as well; at QoS 1 and straight through, the lab measures only a broker that runs already (bench --broker), which an experiment here can't name",
    },
    {
      kind: "untried",
      part: "NanoMQ",
      meaning: "the mean delivery latency at QoS 1, through NanoMQ",
      because: "the lab has no NanoMQ",
    },
    {
      kind: "measured",
      role: "beside",
      meaning:
        "the mean delivery latency through a Mosquitto of this machine at QoS 0, with the lab's core between publisher and broker (bodies of 21 characters, the lab's least)",
      figure: { of: { transport: "mqtt:mosquitto", metric: "delivery.mean" } },
      claimed: { says: "about 5.73 ms", low: 5_730, high: 5_730, tolerance: 1.5 },
      places: [
        {
          setup: { scenario: "fan-out", connections: 1_001, rate: 1, payload: 21, duration: 12 },
          fullOnly: true,
        },
      ],
    },
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
