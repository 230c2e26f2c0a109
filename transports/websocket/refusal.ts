import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { type HttpError, toHttpError } from "../http-errors.ts";

/** What an upgrade is refused with; anything but a LabError is a fault, and counted. */
export function refusal(hub: Hub, reason: unknown): HttpError {
  if (!(reason instanceof LabError)) hub.fault(reason);
  return toHttpError(reason);
}

/**
 * Answers an upgrade with an error and closes the connection. The stream has been taken from Node's HTTP server, which would have
 * closed it: end() alone leaves it open for as long as the client does. A client that reads nothing is ended by the connection's deadline.
 */
export function refuse(stream: Duplex, { status, body }: HttpError): void {
  const text = JSON.stringify(body);
  stream.once("finish", () => stream.destroy());
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
