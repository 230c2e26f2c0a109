import { type ErrorCode, isErrorCode, LabError } from "../../core/errors.ts";
import { isObject } from "../session/envelope.ts";

/** The HTTP status of each code (RFC 9110, RFC 6585); the body carries the code itself, since several share a status. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  invalid_channel: 400,
  invalid_body: 400,
  body_too_long: 413,
  invalid_cursor: 400,
  malformed: 400,
  rate_limited: 429,
  too_many_sessions: 429,
  too_many_subscriptions: 409,
  unknown_notification: 404,
  unsupported: 404,
  unavailable: 503,
  slow_consumer: 503,
  heartbeat_timeout: 408,
  unreachable: 502,
  timeout: 504,
  closed: 410,
  internal: 500,
};

export interface HttpError {
  readonly status: number;
  readonly body: { readonly code: ErrorCode; readonly message: string };
}

/** What a server answers for anything thrown. What went wrong inside it is for those who run it, and not for clients. */
export function toHttpError(reason: unknown): HttpError {
  const { code, message } = LabError.from(reason);
  const shown = code === "internal" ? "an error in the server; try again" : message;
  return { status: STATUS[code], body: { code, message: shown } };
}

/** What a request is refused with that Node.js could not read or that came in too slowly. */
export function fromParserError(error: Error & { readonly code?: string }): HttpError {
  const refused = (status: number, code: ErrorCode, message: string) => ({ status, body: { code, message } });
  switch (error.code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return refused(408, "timeout", "the request took too long to come in; send it at once");
    case "HPE_HEADER_OVERFLOW":
      return refused(431, "malformed", "the head of the request is too long");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return refused(413, "malformed", "the request's chunk extensions are too long");
    default:
      return refused(400, "malformed", "this is not an HTTP request");
  }
}

/** What a client makes of an answer that is no success: the code in its body, else what the status says. */
export function fromHttpAnswer(status: number, text: string): LabError {
  const body = parseError(text);
  if (body) return LabError.fromWire(body.code, body.message);
  const message = `the server answered ${status} without a reason`;
  // 503 is what a server that is shutting down, and a proxy before a dead one, answer.
  if (status === 503 || status === 410) return new LabError("closed", message);
  if (status === 401) return new LabError("unauthenticated", message);
  return new LabError("unreachable", `${message}; is it a notif-lab server?`);
}

function parseError(text: string): { code: ErrorCode; message: unknown } | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(body) && isErrorCode(body.code) ? { code: body.code, message: body.message } : undefined;
}
