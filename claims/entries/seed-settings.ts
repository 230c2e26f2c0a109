import type { Claim, Place } from "../claim.ts";
import { FEED, feedOf, HELD, READINGS, SILENT } from "../setups.ts";
import { SEED } from "../sources.ts";

export const seedHeartbeat: Claim = {
  id: "seed-heartbeat",
  sentence: "Connections get a heartbeat every 10 s.",
  source: SEED,
  arithmetic: [
    {
      says: "1 % of 10 messages of 1,000 characters a minute, in bytes an hour",
      claimed: 6_000,
      follows: 0.01 * 10 * 1_000 * 60,
      derived: true,
    },
  ],
  readings: [
    {
      kind: "stated",
      part: "it is enough",
      meaning:
        "who is gone without a word is noticed, and nothing in between cuts a silent connection (the guide does not say what it has to be enough for)",
      verdict: "holds under these conditions",
      because:
        "both ends notice a silent end 15 s after its last sign (10 s, and 5 s for the answer), and balancers that allow 60 s of silence cut no connection, while those that allow 5 s cut all that were silent",
      by: "the conformance check that both ends notice silence (transports/conformance/checks/lifecycle.ts), and docs/deployment.md, Idle time-out, measured by deploy/wrong-settings.test.ts",
    },
    {
      kind: "measured",
      part: "it costs little",
      meaning:
        "on WebSocket at most 1 % of the bytes of the guide's own messages, 10 of 1,000 characters a minute (the guide gives no figure; the 1 % is the lab's)",
      figure: { of: { transport: "websocket", metric: "tcpBytesPerConnectionHour" } },
      claimed: { says: "at most 6,000 B a connection and hour", high: 6_000, tolerance: 1 },
      places: [{ setup: SILENT, fullOnly: true }],
    },
    {
      kind: "measured",
      role: "beside",
      meaning: "how busy silent connections keep the server, heartbeats and all (the 1 % is the lab's)",
      figure: { of: { transport: "websocket", metric: "serverLoopUtilization" } },
      claimed: { says: "at most 1 % of the time", high: 0.01, tolerance: 1 },
      places: [{ setup: SILENT, fullOnly: true }],
    },
  ],
};

const BODIES = "the lab's bodies are frequent words with numbers; the guide gives no figure";

/** Without and with compression; in a quick run one length is enough. */
const LENGTHS: readonly Place[] = [
  { setup: FEED, at: 200, fullOnly: true },
  { setup: feedOf(1_000), at: 1_000 },
  { setup: feedOf(5_000), at: 5_000, fullOnly: true },
];

const compressed = (metric: string) => ({
  of: { transport: "websocket:deflate", metric },
  over: { transport: "websocket", metric },
});

export const seedCompression: Claim = {
  id: "seed-compression",
  sentence: "Compression saves bandwidth, and costs CPU and latency.",
  source: SEED,
  readings: [
    {
      kind: "measured",
      part: "bandwidth",
      meaning: `a delivery takes fewer bytes with permessage-deflate (${BODIES})`,
      figure: compressed("bytes"),
      claimed: { says: "fewer than without", high: 1, tolerance: 1 },
      axis: "characters",
      places: LENGTHS,
    },
    {
      kind: "measured",
      part: "CPU",
      meaning: "a delivery costs the server more CPU with it (the guide gives no figure)",
      figure: compressed("cpu"),
      claimed: { says: "more than without", low: 1, tolerance: 1 },
      axis: "characters",
      places: LENGTHS,
    },
    {
      kind: "measured",
      part: "latency",
      meaning: "the median delivery latency is higher with it, on loopback (the guide gives no figure)",
      figure: compressed("p50"),
      claimed: { says: "higher than without", low: 1, tolerance: 1 },
      axis: "characters",
      // A median needs more publishes than a quick run has time for.
      places: LENGTHS.map((place) => ({ ...place, fullOnly: true as const })),
    },
  ],
};

const fewerBytes = (transport: string, what: string, place: Place) =>
  ({
    kind: "measured",
    meaning: `${what} takes fewer bytes on mqtt (QoS 0) than on ${transport} (the guide gives no figure)`,
    figure: { of: { transport: "mqtt", metric: "bytes" }, over: { transport, metric: "bytes" } },
    claimed: { says: `fewer than ${transport}'s`, high: 1, tolerance: 1 },
    places: [place],
  }) as const;

/** Whoever publishes in the lab is answered, on every transport; MQTT's own PUBLISH at QoS 0 is not. */
const READING = "a reading, from one of 50 devices to a dashboard, published as a request with an answer,";
const ORDER = "a message to 19 devices";

export const seedMqttIot: Claim = {
  id: "seed-mqtt-iot",
  sentence: "MQTT is for IoT.",
  source: SEED,
  readings: [
    fewerBytes("websocket", ORDER, { setup: FEED }),
    fewerBytes("sse", ORDER, { setup: FEED }),
    fewerBytes("websocket", READING, { setup: READINGS, fullOnly: true }),
    fewerBytes("sse", READING, { setup: READINGS, fullOnly: true }),
    {
      kind: "stated",
      meaning: "it has what devices ask for that are often away, and WebSocket, SSE and HTTP have not",
      verdict: "holds under these conditions",
      because:
        "the standard has three qualities of service, sessions that outlive a connection, retained messages and wills; a broker has to grant them, and the lab's service, whose sessions are all clean, grants only the first",
      by: "MQTT 3.1.1, sections 3.1.2.4, 3.1.2.5, 3.3.1.3 and 4.3, and docs/transports/mqtt.md",
    },
    {
      kind: "measured",
      role: "beside",
      meaning: "what an idle connection takes of the server's resident memory, MQTT against WebSocket",
      figure: {
        of: { transport: "mqtt", metric: "memoryPerConnection.rss.bytesPerConnection" },
        over: { transport: "websocket", metric: "memoryPerConnection.rss.bytesPerConnection" },
      },
      claimed: { says: "less than WebSocket's", high: 1, tolerance: 1 },
      places: [{ setup: HELD, fullOnly: true }],
    },
  ],
};
