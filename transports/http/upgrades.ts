import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpError } from "./errors.ts";

/** From now on, upgrades for which there is a reason against them are refused with it before anything that listens for upgrades sees them. */
export function guardUpgrades(
  server: HttpServer,
  reasonAgainst: (request: IncomingMessage, stream: Duplex) => HttpError | undefined,
): void {
  const listeners = server.listeners("upgrade");
  server.removeAllListeners("upgrade");
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const reason = reasonAgainst(request, stream);
    if (reason) {
      stream.on("error", () => void stream.destroy());
      refuseUpgrade(stream, reason);
      return;
    }
    for (const listener of listeners) Reflect.apply(listener, server, [request, stream, head]);
  });
}

/**
 * Answers an upgrade with an error and closes the connection. The stream has been taken from Node's HTTP server, which would have
 * closed it: end() alone leaves it open for as long as the client does. A client that reads nothing is ended by the connection's deadline.
 */
export function refuseUpgrade(stream: Duplex, { status, body }: HttpError): void {
  const text = JSON.stringify(body);
  stream.once("finish", () => stream.destroy());
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
