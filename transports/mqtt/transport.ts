/*
 * mqtt: MQTT 3.1.1 (OASIS) with the token as password. A channel is a topic of the same name, a notification the JSON payload of
 * one PUBLISH that the broker fans out; publishing with an answer is a request on the topic `request`, answered on
 * `reply/<client id>`. Speaks through aedes (broker, in this process) and mqtt.js. mqtt is QoS 0 (at most once) throughout,
 * mqtt:qos1 acknowledges every PUBLISH both ways (at least once), mqtt:qos2 in the four packets of exactly once, after the
 * third of which a client hands the message on, mqtt:msgpack has the same messages in MessagePack, and mqtt:ws has the packets in binary messages
 * of a WebSocket (MQTT 3.1.1, 6), through ws. mqtt:mosquitto has mosquitto for a broker, in a process of its own. Limits: clean sessions only, so nothing is kept for who is away and no cursor resumes; keepalive in whole seconds; a slow reader is cut off.
 */
import { randomBytes } from "node:crypto";
import { type Codec, json } from "../codec/codec.ts";
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import type { Transport } from "../port/transport.ts";
import { facts, overWebSocket } from "./facts.ts";
import type { Carrier } from "./listening.ts";
import { supports } from "./supports.ts";

const common = {
  // A CONNECT without a token, which is answered by a CONNACK, if only to refuse it.
  balancing: { mode: "tcp", probe: { send: "100c00044d515454040200050000", expect: "20" } },
  facts,
  naming: async () => (await import("./naming.ts")).nameMqtt,
  supports,
  packages: ["aedes", "mqtt"],
  dissector: async () => (await import("./dissect.ts")).dissect,
  heartbeatStepMs: 1_000,
  example: ({ url }, token) => {
    const { hostname, port } = new URL(url);
    const rest = `-h ${hostname} -p ${port} -t topic/news -u "" -P ${token}`;
    return [`mosquitto_sub ${rest}`, `mosquitto_pub ${rest} -m hello`];
  },
} satisfies Partial<TransportEntry>;

/** At one quality of service, in one encoding, over one carrier. */
function carried(
  qos: 0 | 1 | 2,
  codec = async (): Promise<Codec> => json,
  carrier: Carrier = "tcp",
): Pick<Transport, "serve" | "connect"> {
  return {
    serve: async (hub, options) =>
      (await import("./server.ts")).serve(hub, options, qos, await codec(), carrier),
    connect: async (endpoint, options) =>
      (await import("./client.ts")).connect(endpoint, options, supports, {
        qos,
        codec: await codec(),
        carrier,
      }),
  };
}

export const mqtt: TransportEntry = {
  ...common,
  name: "mqtt",
  drain: {},
  summary: "MQTT 3.1.1 at QoS 0 through aedes and mqtt.js: channels are topics",
  ...carried(0),
};

export const mqttQos1: TransportEntry = {
  ...common,
  name: "mqtt:qos1",
  summary: "mqtt at QoS 1: every PUBLISH is acknowledged, both ways",
  ...carried(1),
};

export const mqttQos2: TransportEntry = {
  ...common,
  name: "mqtt:qos2",
  summary: "mqtt at QoS 2: every PUBLISH takes two round trips, both ways",
  ...carried(2),
};

export const mqttMsgpack: TransportEntry = {
  ...common,
  name: "mqtt:msgpack",
  drain: {},
  summary: "mqtt with MessagePack in place of JSON",
  packages: ["aedes", "mqtt", "@msgpack/msgpack"],
  dissector: async () => (await import("./dissect.ts")).dissectMsgpack,
  ...carried(0, async () => (await import("../codec/msgpack.ts")).msgpack),
};

export const mqttWs: TransportEntry = {
  ...common,
  name: "mqtt:ws",
  drain: {},
  summary: "mqtt over WebSocket, as pages can speak it: packets in binary messages",
  packages: ["aedes", "mqtt", "ws"],
  attackedAs: "another protocol",
  balancing: { mode: "http" },
  facts: { ...facts, traits: { ...facts.traits, ...overWebSocket } },
  naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
  dissector: async () => (await import("./dissect.ts")).dissectWs,
  example: ({ url }, token) => {
    const { hostname, port } = new URL(url);
    const rest = `-l ws -h ${hostname} -p ${port} -t topic/news -u "" -P ${token}`;
    return [`npx mqtt sub ${rest}`, `npx mqtt pub ${rest} -m hello`];
  },
  ...carried(0, undefined, "websocket"),
};

export const mqttRedis: TransportEntry = {
  ...common,
  ...carried(0),
  name: "mqtt:redis",
  summary:
    "mqtt on mqemitter-redis and aedes-persistence-redis: topics span nodes, without numbers and receipts over them",
  packages: ["aedes", "mqtt", "mqemitter-redis", "aedes-persistence-redis"],
  onRedis: true,
  serve: async (hub, options) => {
    const { brokersOnRedis } = await import("./redis.ts");
    const shared = await brokersOnRedis(options?.redis);
    return (await import("./server.ts")).serve(hub, options, 0, json, "tcp", shared);
  },
};

export const mqttMosquitto: TransportEntry = {
  ...common,
  name: "mqtt:mosquitto",
  summary: "mqtt through a separate mosquitto broker, of which the core is a client",
  packages: ["mqtt"],
  program: "mosquitto",
  supports: { ...supports, viaBroker: true },
  native: true,
  missing: async () => {
    const { findProgram, MOSQUITTO, notInstalled } = await import("../engines/programs.ts");
    return findProgram(MOSQUITTO.name) === undefined ? notInstalled(MOSQUITTO) : undefined;
  },
  example: ({ url }, token) => {
    const { hostname, port } = new URL(url);
    const at = `-V mqttv311 -h ${hostname} -p ${port}`;
    // Whoever guesses it can take the login.
    const id = randomBytes(8).toString("hex");
    return [
      `mosquitto_rr ${at} -i ${id} -e login/${id} -t token/${id} -m '{"op":"login","token":"${token}"}'`,
      `mosquitto_sub ${at} -t topic/news -u USER -P PASSWORD (of the answer to that)`,
    ];
  },
  serve: async (hub, options) => (await import("./mosquitto-server.ts")).serve(hub, options),
  connect: async (endpoint, options) =>
    (await import("./mosquitto-client.ts")).connect(endpoint, options, mqttMosquitto.supports),
};

export const family: TransportFamily = {
  role: "default",
  transports: [mqtt, mqttQos1, mqttQos2, mqttMsgpack, mqttWs],
  onRedis: [mqttRedis],
  ifInstalled: [mqttMosquitto],
};
