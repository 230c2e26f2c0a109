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
  /** Of the options that the client was made with. */
  readonly clientId: string;
  readonly qos: 0 | 1 | 2;
  readonly codec: Pick<Codec, "encode" | "parseTrusted">;
  /** What the codec reads of a payload. */
  readonly contentOf: (payload: Buffer) => string | Buffer;
  readonly settings: ClientSettings;
  readonly events: ConnectionEvents;
  readonly signal: AbortSignal;
}

/**
 * Speaks on a client of mqtt.js that has just been made and on what lies under it; in Node.js and in pages. It asks for events and publishes its
 * requests at the given quality of service.
 */
export async function converse(
  mqtt: MqttClient,
  socket: Below,
  { clientId, qos, codec, contentOf, settings, events, signal }: Talk,
): Promise<ClientConnection> {
  const replies = `reply/${clientId}`;
  const requests = new Requests<Fields>(settings.requestTimeoutMs);
  const subscribing = new SubscribesUnderWay();
  let reason: LabError | undefined;
  const fail = (error: LabError) => {
    reason ??= error;
    socket.destroy();
  };
  mqtt.on("error", (error) => fail(mappedError(error, mqtt.connected ? "closed" : "unreachable")));
  mqtt.on("message", (topic, payload) => {
    try {
      const message = codec.parseTrusted(contentOf(payload));
      if (topic === replies) receiveReply(message);
      else if (isEvent(message)) events.event(message);
    } catch (error) {
      fail(LabError.from(error, "malformed"));
    }
  });

  const receiveReply = (message: Fields) => {
    const ref = typeof message.ref === "string" ? subscribing.take(message.ref) : message.ref;
    if (message.op === "ok") {
      requests.settle(ref, message);
      return;
    }
    const error = LabError.fromWire(message.code, message.message);
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
  mqtt.subscribe(replies, { qos: 0 }, nothing);

  return {
    request: async (operation) => {
      // What is no channel may not even fit into a SUBSCRIBE, so it is refused on this side.
      if (operation.op === "subscribe") parseChannel(operation.channel);
      return requests.start((ref) => {
        if (operation.op === "subscribe") {
          subscribing.add(operation.channel, ref);
          mqtt.subscribe(operation.channel, { qos }, nothing);
        } else mqtt.publish("request", codec.encode({ ...operation, ref }), { qos });
      });
    },
    close: () => end(mqtt, socket),
  };
}

/** Of a client that connectClient reconnects. */
export function mqttOptions(clientId: string, settings: ClientSettings): IClientOptions {
  return {
    clientId,
    // MQTT allows a password only beside a user name; whose the token is, the token says.
    username: "",
    password: settings.token,
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
