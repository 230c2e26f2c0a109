import { WebSocket } from "ws";
import type { DialOptions, Opened } from "../conversing/port.ts";
import { fromHttpAnswer } from "../http/errors.ts";
import type { Endpoint } from "../port/transport.ts";
import { closeError } from "./close.ts";
import { report, WebSocketConnection, waitForAcknowledgements } from "./connection.ts";
import type { Variant } from "./server.ts";

/** A refusal of the lab is shorter. */
const MAX_REFUSAL_CHARACTERS = 4_096;

/** Upgrades through the ws library, with the token in the request. */
export function dial(
  { url, certificate }: Endpoint,
  { localAddress, token, signal }: DialOptions,
  opened: Opened<Buffer>,
  { deflate, binary, nagle }: Variant,
): Promise<void> {
  // This module may have been loaded for it, which took its time.
  signal.throwIfAborted();
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: deflate ? { threshold: 0 } : false,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(certificate === undefined ? {} : { ca: certificate, minVersion: "TLSv1.3" }),
  });
  return new Promise<void>((resolve, reject) => {
    const abort = () => socket.terminate();
    signal.addEventListener("abort", abort, { once: true });
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
    socket.once("close", () => signal.removeEventListener("abort", abort));
    // Not yet ws's own, which sets TCP_NODELAY on it before it is open.
    socket.once("upgrade", ({ socket: below }) => {
      if (nagle) socket.once("open", () => waitForAcknowledgements(below));
    });
    socket.once("open", () => {
      signal.removeEventListener("abort", abort);
      socket.off("error", reject);
      const receiver = opened(new WebSocketConnection(socket, binary));
      report(socket, receiver, (error) => error);
      socket.once("close", (code, why) => {
        receiver.failed(closeError(code, why.toString()));
        receiver.closed();
      });
      resolve();
    });
  });
}
