import { Client, type ClientDuplexStream, credentials, Metadata, type StatusObject } from "@grpc/grpc-js";
import { LabError } from "../../core/errors.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import type { Fields, Operation } from "../session/envelope.ts";
import { type Heartbeat, startHeartbeat } from "../session/heartbeat.ts";
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
  type OpenConnection,
} from "../session/reconnecting-client.ts";
import { Requests } from "../session/requests.ts";
import { dialing } from "./dial.ts";
import { encodeRequest } from "./framing.ts";
import type { ClientMessage, ServerMessage } from "./generated/messages.ts";
import { receiveEvent } from "./receiving.ts";
import { service } from "./service.ts";
import { fromStatus } from "./status.ts";

type Call = ClientDuplexStream<Buffer, ServerMessage>;

const PING = encodeRequest(0, { $case: "ping", value: {} });

const CHANNEL_OPTIONS = {
  // A connection for each client: without it all clients of a process share one.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_retries": 0,
  "grpc.enable_http_proxy": 0,
  "grpc.enable_channelz": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.max_receive_message_length": 16 * 1024 * 1024,
  // A server name can't be an address (RFC 6066, 3); over TLS the certificate is looked at for this one.
  "grpc.ssl_target_name_override": "localhost",
};

/** One call on a channel of its own for each connection, so that the library's own reconnection never comes in between. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  const openConnection: OpenConnection = (settings, events, signal) =>
    open(endpoint, settings, events, signal);
  return connectClient(openConnection, options, supports);
}

async function open(
  endpoint: Endpoint,
  settings: ClientSettings,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<ClientConnection> {
  const { call, release } = startCall(endpoint, settings);
  const requests = new Requests<Fields>(settings.requestTimeoutMs);
  let heartbeat: Heartbeat | undefined;
  let reason: LabError | undefined;
  const fail = (error: LabError) => {
    reason ??= error;
    call.cancel();
  };
  const onAbort = () => fail(LabError.from(signal.reason));
  // Comes at the end of every call, however it ends.
  const over = new Promise<LabError>((resolve) => {
    call.once("status", (status: StatusObject) => {
      release();
      heartbeat?.stop();
      const ended = reason ?? fromStatus(status, heartbeat !== undefined);
      requests.end(ended);
      if (heartbeat) events.down(ended);
      resolve(ended);
    });
  });
  const admitted = new Promise<undefined>((resolve) => {
    const welcome = () => {
      heartbeat ??= startHeartbeat(settings.heartbeat, {
        probe: () => call.write(PING),
        dead: () => fail(new LabError("heartbeat_timeout", "the server went silent")),
      });
      resolve(undefined);
    };
    call.on("data", ({ message }: ServerMessage) => {
      heartbeat?.alive();
      try {
        if (message?.$case === "welcome") welcome();
        else if (message) receive(message, events, requests);
      } catch (error) {
        fail(LabError.from(error, "malformed"));
      }
    });
  });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const refused = await Promise.race([admitted, over]);
  signal.removeEventListener("abort", onAbort);
  if (refused) throw refused;
  return {
    request: (operation) => request(call, requests, operation),
    close: async () => {
      const impatient = setTimeout(() => call.cancel(), 500);
      call.end();
      await over;
      clearTimeout(impatient);
    },
  };
}

/** A call under way, and how to let go of its channel and socket afterwards. */
function startCall(
  endpoint: Endpoint,
  settings: ClientSettings,
): { readonly call: Call; readonly release: () => void } {
  const { localAddress, token } = settings;
  const url = new URL(endpoint.url);
  const metadata = new Metadata();
  try {
    metadata.set("authorization", `Bearer ${token}`);
  } catch (error) {
    throw new LabError("unauthenticated", "the token has characters that metadata can't carry", {
      cause: error,
    });
  }
  const socket = new AbortController();
  const { target, option } = dialing(url.host, {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port),
    signal: socket.signal,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  const { certificate } = endpoint;
  const trusted =
    certificate === undefined
      ? credentials.createInsecure()
      : credentials.createSsl(Buffer.from(certificate));
  const client = new Client(target, trusted, { ...CHANNEL_OPTIONS, ...option });
  const { path, requestSerialize, responseDeserialize } = service.connect;
  const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
  // Tells what the status event tells as well, and would be thrown without a listener.
  call.on("error", () => undefined);
  const release = () => {
    client.close();
    socket.abort();
  };
  return { call, release };
}

function request(call: Call, requests: Requests<Fields>, operation: Operation): Promise<Fields> {
  // The encoder would put a replacement character in its place, and the hub could not tell.
  if (operation.op === "publish" && !operation.body.isWellFormed()) {
    return Promise.reject(
      new LabError("invalid_body", "the body holds a lone surrogate, which protobuf can't carry"),
    );
  }
  return requests.start((ref) => call.write(encodeRequest(ref, toMessage(operation))));
}

function toMessage(operation: Operation): NonNullable<ClientMessage["operation"]> {
  switch (operation.op) {
    case "subscribe": {
      const { channel, after } = operation;
      const resume = after === undefined ? undefined : ({ $case: "after", value: after } as const);
      return { $case: "subscribe", value: { channel, resume } };
    }
    case "publish":
      return { $case: "publish", value: operation };
    case "read":
      return { $case: "read", value: operation };
  }
}

/** Hands one message to whom it is for; throws `malformed` for an event of no channel. */
function receive(
  message: NonNullable<ServerMessage["message"]>,
  events: ConnectionEvents,
  requests: Requests<Fields>,
): void {
  if (receiveEvent(message, events)) return;
  switch (message.$case) {
    case "failure": {
      const { ref, code, message: text } = message.value;
      requests.fail(ref, LabError.fromWire(code, text));
      break;
    }
    case "subscribed":
    case "accepted":
    case "done": {
      const { ref, ...result } = message.value;
      requests.settle(ref, result);
    }
  }
}
