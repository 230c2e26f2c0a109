import { randomUUID } from "node:crypto";
import { MqttClient } from "mqtt";
import { LabError } from "../../core/errors.ts";
import { json } from "../codec/codec.ts";
import { dial } from "../net/dial.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
} from "../session/reconnecting-client.ts";
import { type Conversation, converse, mqttOptions } from "./conversation.ts";
import { type Login, loginTopic, replyTopic, requestTopic, tokenTopic } from "./mosquitto-topics.ts";

/** A client of mosquitto through mqtt.js: with the token it gets a login, and with the login it connects. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) => open(endpoint, settings, events, signal),
    options,
    supports,
  );
}

interface Way {
  readonly endpoint: Endpoint;
  readonly settings: ClientSettings;
  readonly signal: AbortSignal;
}

const common = { qos: 0, codec: json, contentOf: (payload: Buffer) => payload } as const;

async function open(
  endpoint: Endpoint,
  settings: ClientSettings,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<ClientConnection> {
  const way: Way = { endpoint, settings, signal };
  const lobby = await enterLobby(way).catch(tryAgain);
  let login: Login;
  try {
    login = await askForLogin(lobby, way);
  } catch (error) {
    await lobby.close();
    throw signal.aborted ? LabError.from(signal.reason) : error;
  }
  const [session] = await Promise.allSettled([speakAs(login, way, events), lobby.close()]);
  if (session.status === "fulfilled") return session.value;
  return tryAgain(session.reason);
}

/**
 * The broker says nothing of the token: it lets nobody in before the core hears it, and a login that was given is good for no longer than it
 * should have taken.
 */
function tryAgain(reason: unknown): never {
  const { code, message } = LabError.from(reason);
  throw code === "unauthenticated" ? new LabError("unreachable", message, { cause: reason }) : reason;
}

function enterLobby({ endpoint, settings, signal }: Way): Promise<Conversation> {
  if (signal.aborted) throw LabError.from(signal.reason);
  const clientId = randomUUID();
  const socket = dial(endpoint, settings.localAddress);
  const mqtt = new MqttClient(() => socket, mqttOptions(clientId, settings, {}));
  const [requestTopic, replyTopic] = [tokenTopic(clientId), loginTopic(clientId)];
  const events = { event: () => undefined, down: () => undefined };
  return converse(mqtt, socket, { ...common, requestTopic, replyTopic, settings, events, signal });
}

async function askForLogin(lobby: Conversation, { settings, signal }: Way): Promise<Login> {
  const abort = () => void lobby.close();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const { user, password } = await lobby.ask({ op: "login", token: settings.token });
    if (typeof user === "string" && typeof password === "string") return { user, password };
    throw new LabError("malformed", "the server's answer is not a login");
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function speakAs(
  { user, password }: Login,
  { endpoint, settings, signal }: Way,
  events: ConnectionEvents,
): Promise<ClientConnection> {
  if (signal.aborted) throw LabError.from(signal.reason);
  const socket = dial(endpoint, settings.localAddress);
  // Nobody can guess the name, so nobody can take its client id over.
  const mqtt = new MqttClient(() => socket, mqttOptions(user, settings, { username: user, password }));
  return converse(mqtt, socket, {
    ...common,
    requestTopic: requestTopic(user),
    replyTopic: replyTopic(user),
    subscribesByRequest: true,
    settings,
    events,
    signal,
  });
}
