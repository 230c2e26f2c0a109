import { WebSocket } from "ws";
import { LabError } from "../../core/errors.ts";
import type { ClientSettings } from "../defaults.ts";
import type { Fields } from "../envelope.ts";
import { startHeartbeat } from "../heartbeat.ts";
import { fromHttpAnswer } from "../http-errors.ts";
import { connectClient, type Link, type LinkEvents, type OpenLink } from "../reconnecting-client.ts";
import { Requests } from "../requests.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../transport.ts";
import { closeError } from "./closing.ts";
import type { Variant } from "./server.ts";

/** A client through the ws library. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  variant: Variant,
): Promise<TransportClient> {
  const openLink: OpenLink = (settings, events, signal) => open(endpoint, variant, settings, events, signal);
  return connectClient(openLink, options, { resume: true });
}

async function open(
  endpoint: Endpoint,
  { deflate, encoding }: Variant,
  settings: ClientSettings,
  events: LinkEvents,
  signal: AbortSignal,
): Promise<Link> {
  const socket = new WebSocket(endpoint.url, {
    headers: { authorization: `Bearer ${settings.token}` },
    perMessageDeflate: deflate ? { threshold: 0 } : false,
    ...(settings.localAddress === undefined ? {} : { localAddress: settings.localAddress }),
    ...(endpoint.certificate === undefined ? {} : { ca: endpoint.certificate, minVersion: "TLSv1.3" }),
  });
  const requests = new Requests<Fields>(settings.requestTimeoutMs);
  let reason: LabError | undefined;
  const fail = (error: LabError) => {
    reason ??= error;
    socket.terminate();
  };
  const onAbort = () => fail(LabError.from(signal.reason));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await opened(socket);
  } catch (error) {
    throw reason ?? LabError.from(error, "unreachable");
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  const heartbeat = startHeartbeat(settings.heartbeat, {
    probe: () => socket.ping(),
    dead: () => fail(new LabError("heartbeat_timeout", "the server went silent")),
  });
  socket.on("message", (data) => {
    heartbeat.alive();
    try {
      if (Buffer.isBuffer(data)) encoding.receive(data, events, requests);
    } catch (error) {
      fail(LabError.from(error, "malformed"));
    }
  });
  socket.on("ping", heartbeat.alive);
  socket.on("pong", heartbeat.alive);
  socket.on("error", (error) => fail(LabError.from(error, "closed")));
  socket.once("close", (code, why) => {
    heartbeat.stop();
    const ended = reason ?? closeError(code, why);
    requests.end(ended);
    events.down(ended);
  });
  return {
    request: (operation) => requests.start((ref) => socket.send(encoding.request(ref, operation))),
    close: () => end(socket),
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", () => {
      socket.off("error", reject);
      resolve();
    });
    // Stays a listener when it has rejected: terminate() in mid-handshake reports an error of its own.
    socket.on("error", reject);
    socket.once("unexpected-response", (request, response) => {
      let text = "";
      response.setEncoding("utf8");
      const done = () => {
        request.destroy();
        reject(fromHttpAnswer(response.statusCode ?? 0, text));
      };
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MAX_REFUSAL_CHARACTERS) done();
      });
      response.once("close", done);
      response.once("error", done);
    });
  });
}

/** A refusal of the lab is shorter. */
const MAX_REFUSAL_CHARACTERS = 4_096;

function end(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) return resolve();
    const impatient = setTimeout(() => socket.terminate(), 500);
    socket.once("close", () => {
      clearTimeout(impatient);
      resolve();
    });
    socket.close(1000);
  });
}
