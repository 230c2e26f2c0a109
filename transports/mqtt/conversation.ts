import type { IClientOptions, MqttClient } from "mqtt";
import { parseChannel } from "../../core/channel.ts";
import { LabError } from "../../core/errors.ts";
import type { Codec } from "../codec/port.ts";
import type { ClientSettings } from "../port/defaults.ts";
import { type Fields, isEvent } from "../session/envelope.ts";
import type { ClientConnection, ConnectionEvents } from "../session/reconnecting-client.ts";
import { Requests } from "../session/requests.ts";

const nothing = () => undefined;

/** What lies under a client of mqtt.js. */
interface Below {
  readonly closed: boolean;
  /** Ends it at once. */
  destroy(): void;
  once(event: "close", listener: () => void): unknown;
}

interface Talk {
  /** Where it publishes its requests, and where the answers come. */
  readonly requestTopic: string;
  readonly replyTopic: string;
  /** To follow a channel it sends a request behind the SUBSCRIBE; else the SUBSCRIBE alone asks for it, and is answered. */
  readonly subscribesByRequest?: boolean;
  readonly qos: 0 | 1 | 2;
  readonly codec: Pick<Codec, "encode" | "parseTrusted">;
  /** What the codec reads of a payload. */
  readonly contentOf: (payload: Buffer) => string | Buffer;
  readonly settings: ClientSettings;
  readonly events: ConnectionEvents;
  readonly signal: AbortSignal;
}

/** Of a client of the broker in process: that knows by the connection whose request it is. */
export function topicsOf(clientId: string): Pick<Talk, "requestTopic" | "replyTopic"> {
  return { requestTopic: "request", replyTopic: `reply/${clientId}` };
}

/**
 * Speaks on a client of mqtt.js that has just been made and on what lies under it; in Node.js and in pages. It asks for events and publishes its
 * requests at the given quality of service.
 */
export async function converse(
  mqtt: MqttClient,
  socket: Below,
  {
    requestTopic,
    replyTopic,
    subscribesByRequest = false,
    qos,
    codec,
    contentOf,
    settings,
    events,
    signal,
  }: Talk,
): Promise<Conversation> {
  const requests = new Requests<Fields>(settings.requestTimeoutMs);
  const subscribing = new SubscribesUnderWay();
  const following = new Following();
  let reason: LabError | undefined;
  const fail = (error: LabError) => {
    reason ??= error;
    socket.destroy();
  };
  mqtt.on("error", (error) => fail(mappedError(error, mqtt.connected ? "closed" : "unreachable")));
  mqtt.on("message", (topic, payload) => {
    try {
      const message = codec.parseTrusted(contentOf(payload));
      if (topic === replyTopic) receiveReply(message);
      else if (isEvent(message) && !following.isEarly(message.channel)) events.event(message);
    } catch (error) {
      fail(LabError.from(error, "malformed"));
    }
  });

  const receiveReply = (message: Fields) => {
    const ref = typeof message.ref === "string" ? subscribing.take(message.ref) : message.ref;
    if (message.op === "ok") {
      following.answered(ref);
      requests.settle(ref, message);
      return;
    }
    const error = LabError.fromWire(message.code, message.message);
    const refused = following.refused(ref);
    if (refused !== undefined) mqtt.unsubscribe(refused, nothing);
    // No request's, so the connection's: the server says why it is about to end it.
    if (ref === null) reason ??= error;
    else requests.fail(ref, error);
  };

  const onAbort = () => fail(LabError.from(signal.reason));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  await new Promise<void>((resolve, reject) => {
    mqtt.once("connect", () => resolve());
    mqtt.once("close", () => {
      const ended = reason ?? new LabError("closed", "the server closed the connection");
      reject(reason ?? new LabError("unreachable", "the connection was closed before it stood"));
      requests.end(ended);
      events.down(ended);
    });
  }).finally(() => signal.removeEventListener("abort", onAbort));
  // Not awaited: the server takes a client's packets in order, so this holds before the first request comes.
  mqtt.subscribe(replyTopic, { qos: 0 }, nothing);

  const ask = (fields: object) =>
    requests.start((ref) => mqtt.publish(requestTopic, codec.encode({ ...fields, ref }), { qos }));

  const subscribe = (channel: string) =>
    requests.start((ref) => {
      if (subscribesByRequest) following.ask(channel, ref);
      else subscribing.add(channel, ref);
      mqtt.subscribe(channel, { qos }, nothing);
      // The broker takes a client's packets in order: the channel is followed when the core is asked.
      if (subscribesByRequest)
        mqtt.publish(requestTopic, codec.encode({ op: "subscribe", channel, ref }), { qos });
    });

  return {
    ask,
    request: async (operation) => {
      if (operation.op !== "subscribe") return ask(operation);
      // What is no channel may not even fit into a SUBSCRIBE, so it is refused on this side.
      parseChannel(operation.channel);
      return subscribe(operation.channel);
    },
    close: () => end(mqtt, socket),
  };
}

/** A connection on which more can be asked than the operations of the service. */
export interface Conversation extends ClientConnection {
  /** Settles with the answer; rejects as request() does. */
  ask(fields: object): Promise<Fields>;
}

/**
 * Of a client that connectClient reconnects. By default it shows its token; MQTT allows a password only beside a user name, and whose the token
 * is, the token says.
 */
export function mqttOptions(
  clientId: string,
  settings: ClientSettings,
  login: Pick<IClientOptions, "username" | "password"> = { username: "", password: settings.token },
): IClientOptions {
  return {
    clientId,
    ...login,
    protocolVersion: 4,
    clean: true,
    // It is connectClient that reconnects, with jitter and an end, and that subscribes again.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    keepalive: Math.max(1, Math.ceil(settings.heartbeat.intervalMs / 1_000)),
    // A timer set anew at every acknowledgement costs more than a ping now and then.
    reschedulePings: false,
    // Later than the time-out of connectClient, which aborts.
    connectTimeout: settings.connectTimeoutMs * 2,
    log: nothing,
  };
}

/** SUBSCRIBEs whose answer, which names the topic and no number, has not come; those to one topic are answered in order. */
class SubscribesUnderWay {
  readonly #refs = new Map<string, number[]>();

  add(topic: string, ref: number): void {
    const refs = this.#refs.get(topic);
    if (refs) refs.push(ref);
    else this.#refs.set(topic, [ref]);
  }

  take(topic: string): number | undefined {
    const refs = this.#refs.get(topic);
    const ref = refs?.shift();
    if (refs?.length === 0) this.#refs.delete(topic);
    return ref;
  }
}

/**
 * Channels that are followed by request. What others' events bring between SUBSCRIBE and answer was published before the hub let this client
 * follow, and is not for it.
 */
class Following {
  readonly #asked = new Map<unknown, string>();
  readonly #early = new Set<string>();
  readonly #followed = new Set<string>();

  ask(channel: string, ref: number): void {
    this.#asked.set(ref, channel);
    if (!this.#followed.has(channel)) this.#early.add(channel);
  }

  isEarly(channel: string): boolean {
    return this.#early.size > 0 && this.#early.has(channel);
  }

  answered(ref: unknown): void {
    const channel = this.#asked.get(ref);
    if (channel === undefined) return;
    this.#asked.delete(ref);
    this.#early.delete(channel);
    this.#followed.add(channel);
  }

  /** The channel that may not be followed, unless it was before. */
  refused(ref: unknown): string | undefined {
    const channel = this.#asked.get(ref);
    this.#asked.delete(ref);
    return channel !== undefined && this.#early.delete(channel) ? channel : undefined;
  }
}

function mappedError(error: Error, otherwise: "closed" | "unreachable"): LabError {
  const code = "code" in error ? error.code : undefined;
  if (code === 4 || code === 5)
    return new LabError("unauthenticated", "the server refused the token", { cause: error });
  if (error.message === "Keepalive timeout")
    return new LabError("heartbeat_timeout", "the server went silent", { cause: error });
  return LabError.from(error, otherwise);
}

function end(mqtt: MqttClient, socket: Below): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    // mqtt.js waits without end for what has not been acknowledged.
    const impatient = setTimeout(() => socket.destroy(), 500);
    socket.once("close", () => {
      clearTimeout(impatient);
      resolve();
    });
    mqtt.end();
  });
}
