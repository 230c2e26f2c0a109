import type { WebSocket } from "ws";
import { isErrorCode, LabError } from "../../core/errors.ts";

/*
 * How connections of this transport end. The reason in a close frame (RFC 6455, 7.1.6) is the error's code, in the words of
 * docs/errors.md; the close code beside it is for clients that look no further.
 */

/** Of the IANA registry of WebSocket close codes, but for 4401 of the private range. */
export const CLOSE = {
  goingAway: 1001,
  refused: 1008,
  internal: 1011,
  slowConsumer: 1013,
  tokenExpired: 4401,
} as const;

/** How long a client may take for the closing handshake (RFC 6455, 7.1.1). */
const CLOSING_MS = 1_000;

/** Starts the closing handshake with the error's close code, and ends the connection a second later if it still stands. */
export function closeWith(socket: WebSocket, { code }: LabError): void {
  endSoon(socket);
  socket.close(closeCode(code), code);
}

/** Ends a connection whose closing handshake is under way, however the peer takes it. */
export function endSoon(socket: WebSocket): void {
  const impatient = setTimeout(() => socket.terminate(), CLOSING_MS);
  socket.once("close", () => clearTimeout(impatient));
}

/** What a connection was closed for, as its client sees it. */
export function closeError(closeCode: number, reason: Buffer): LabError {
  const code = reason.toString();
  return new LabError(isErrorCode(code) ? code : "closed", `the server closed the connection (${closeCode})`);
}

function closeCode(code: LabError["code"]): number {
  if (code === "unauthenticated") return CLOSE.tokenExpired;
  if (code === "slow_consumer") return CLOSE.slowConsumer;
  return code === "internal" ? CLOSE.internal : CLOSE.refused;
}
