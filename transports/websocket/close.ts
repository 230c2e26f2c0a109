import { isErrorCode, LabError } from "../../core/errors.ts";

/*
 * The reason in a close frame (RFC 6455, 7.1.6) is the error's code, in the words of docs/errors.md; the close code beside it is for
 * clients that look no further.
 */

/** Of the IANA registry of WebSocket close codes, but for 4401 of the private range. */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  refused: 1008,
  internal: 1011,
  tryAgainLater: 1013,
  tokenExpired: 4401,
} as const;

/** The close code for an error. */
export function closeCode({ code }: LabError): number {
  if (code === "unauthenticated") return CLOSE.tokenExpired;
  if (code === "closed") return CLOSE.goingAway;
  if (code === "slow_consumer" || code === "unavailable") return CLOSE.tryAgainLater;
  return code === "internal" ? CLOSE.internal : CLOSE.refused;
}

/** What a connection was closed for, as its client sees it. */
export function closeError(closeCode: number, reason: string): LabError {
  return new LabError(
    isErrorCode(reason) ? reason : "closed",
    `the server closed the connection (${closeCode})`,
  );
}
