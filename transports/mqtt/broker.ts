import { randomBytes } from "node:crypto";
import { connect as connectMqtt, type IClientOptions, type MqttClient } from "mqtt";
import { LabError } from "../../core/errors.ts";
import type { HubEvent } from "../../core/notification.ts";
import { connectDefaults } from "../port/defaults.ts";
import type { ExternalClient } from "../port/external.ts";
import type { CloseReason, ConnectOptions, Endpoint, OnEvent, TransportClient } from "../port/transport.ts";
import { isAccepted, isEvent, isObject } from "../session/envelope.ts";
import { mqttOptions } from "./conversation.ts";

/** What all topics begin with, so that the lab meets nobody else's. */
const PREFIX = "notif-lab/";
/** Whose senders a client knows, to tell them that they were read. */
const MOST_UNREAD = 10_000;
/** CONNACK: bad user name or password, and not authorised (MQTT 3.1.1, 3.2.2.3). */
const REFUSED = [4, 5];

const topicOf = (channel: string) => `${PREFIX}${channel}`;

/**
 * A client of any MQTT broker, through MQTT's own PUBLISH at QoS 1: a channel is a topic, PUBACK accepts, and who has read says so on
 * the sender's own topic. Nothing of the lab's stands between, so ids are the publisher's, and tokens are checked by nobody: who may connect,
 * NOTIF_LAB_BROKER_USERNAME and NOTIF_LAB_BROKER_PASSWORD say. Rejects with `unauthenticated`, `unreachable`, `timeout`.
 */
async function connect({ url }: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  const settings = connectDefaults(options);
  const { requestTimeoutMs, signal } = settings;
  const user = userOf(settings.token);
  const clientId = `nl${randomBytes(10).toString("hex")}`;
  const mqtt = connectMqtt(url, mqttOptions(clientId, settings, loginOf(process.env)));
  let reason: LabError | undefined;
  const closed = new Promise<CloseReason>((resolve) => {
    mqtt.once("close", () => resolve(reason ?? new LabError("closed", "the broker closed the connection")));
  });
  const end = (error: LabError) => {
    reason ??= error;
    mqtt.end(true);
  };
  mqtt.on("error", (error) => end(reasonOf(error)));
  const waiting = new Set<(error: LabError) => void>();
  let gone: LabError | undefined;
  closed.then(({ code, message }) => {
    gone = new LabError(code, message);
    for (const fail of waiting) fail(gone);
  });
  const within = <T>(what: string, ms: number, answer: Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      const late = () => fail(new LabError("timeout", `no answer to ${what} within ${ms} ms`));
      const timer = setTimeout(late, ms);
      const over = () => {
        clearTimeout(timer);
        waiting.delete(fail);
      };
      const fail = (error: unknown) => {
        over();
        reject(error);
      };
      waiting.add(fail);
      answer.then(resolve, fail).finally(over);
      if (gone) fail(gone);
    });
  const onAbort = () => end(new LabError("closed", "connecting was given up"));
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  await within("CONNECT", settings.connectTimeoutMs, stands(mqtt))
    .catch((error: unknown) => {
      end(LabError.from(error));
      throw error;
    })
    .finally(() => signal?.removeEventListener("abort", onAbort));

  const follows = new Map<string, OnEvent>();
  const senders = new Map<string, string>();
  mqtt.on("message", (topic, payload) => {
    const onEvent = follows.get(topic);
    const event = onEvent && eventOf(payload);
    if (!event) return;
    if (event.kind === "notification") {
      senders.set(event.id, event.from);
      const [oldest = ""] = senders.keys();
      if (senders.size > MOST_UNREAD) senders.delete(oldest);
    }
    onEvent(event);
  });
  let sent = 0;
  const send = async (channel: string, fields: object) => {
    sent += 1;
    const accepted = { id: `${clientId}-${sent}`, seq: sent, at: Date.now() };
    const text = JSON.stringify({ ...accepted, channel, ...fields });
    await within("PUBLISH", requestTimeoutMs, mqtt.publishAsync(topicOf(channel), text, { qos: 1 }));
    return accepted;
  };
  return {
    closed,
    subscribe: async (channel, onEvent, after) => {
      if (after !== undefined) throw new LabError("unsupported", "a broker replays nothing by a cursor");
      const topic = topicOf(channel);
      follows.set(topic, onEvent);
      const granted = mqtt.subscribeAsync(topic, { qos: 1 }).catch((error: Error) => {
        throw new LabError(
          mqtt.connected ? "forbidden" : "closed",
          `the broker does not let ${topic} be followed: ${error.message}`,
        );
      });
      await within("SUBSCRIBE", requestTimeoutMs, granted);
      return { seq: 0, cursor: undefined, missed: false };
    },
    publish: ({ channel, body }) => send(channel, { kind: "notification", from: user, body }),
    markRead: async (id) => {
      const from = senders.get(id);
      if (from === undefined) throw new LabError("unknown_notification", "it did not come here");
      senders.delete(id);
      await send(`user/${from}`, { kind: "receipt", of: id, by: user });
    },
    close: async () => {
      reason ??= new LabError("closed", "closed by this client");
      // With a DISCONNECT, unless that would wait for answers.
      mqtt.end(!mqtt.connected || waiting.size > 0);
      await closed;
    },
  };
}

/** As the clients of the other transports have it: no packet waits for another's acknowledgement. */
async function stands(mqtt: MqttClient): Promise<void> {
  await new Promise<void>((resolve) => mqtt.once("connect", () => resolve()));
  const { stream } = mqtt;
  if ("setNoDelay" in stream && typeof stream.setNoDelay === "function") stream.setNoDelay(true);
}

/** None where the broker lets in everybody. */
function loginOf(env: NodeJS.ProcessEnv): Pick<IClientOptions, "username" | "password"> {
  const { NOTIF_LAB_BROKER_USERNAME: username, NOTIF_LAB_BROKER_PASSWORD: password } = env;
  return username === undefined ? {} : { username, ...(password === undefined ? {} : { password }) };
}

function reasonOf(error: Error): LabError {
  const refused = "code" in error && REFUSED.includes(Number(error.code));
  if (!refused) return new LabError("unreachable", error.message, { cause: error });
  const hint = "set NOTIF_LAB_BROKER_USERNAME and NOTIF_LAB_BROKER_PASSWORD";
  return new LabError("unauthenticated", `the broker refuses the login; ${hint}`, { cause: error });
}

/** The lab's token names its user; it goes nowhere. */
function userOf(token: string): string {
  const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || "{}");
  if (!isObject(claims) || typeof claims.sub !== "string")
    throw new LabError("unauthenticated", "the token names no user");
  return claims.sub;
}

/** Undefined for what no client of the lab's has sent: a broker is open to others. */
function eventOf(payload: Buffer): HubEvent | undefined {
  try {
    const event: unknown = JSON.parse(payload.toString());
    if (!isAccepted(event) || !isEvent(event) || event.kind === "gap") return undefined;
    const texts = event.kind === "receipt" ? [event.of, event.by] : [event.from, event.body];
    return texts.every((text) => typeof text === "string") ? event : undefined;
  } catch {
    return undefined;
  }
}

export const transport: ExternalClient = {
  name: "mqtt:broker",
  summary: "an MQTT broker that runs already, through MQTT's own PUBLISH at QoS 1",
  packages: ["mqtt"],
  connect,
};
