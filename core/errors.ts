/** Every reason for which the lab refuses or gives up, the same on every transport; docs/transports/ says what each maps them to. */
export const ERROR_CODES = [
  "unauthenticated", // no token, a forged one, or one that has expired
  "forbidden", // another user's channel
  "invalid_channel", // not user/<id> or topic/<name>
  "invalid_body", // not a well-formed string
  "body_too_long", // more characters than the hub allows
  "invalid_cursor", // not an id that a hub gave out
  "malformed", // a request that can't be parsed
  "rate_limited", // more publishes a minute than the user may send
  "too_many_sessions", // more sessions than one user may have open
  "too_many_subscriptions", // more channels than one session may follow
  "unknown_notification", // a read receipt for something not (or no longer) known
  "unavailable", // the backplane can't be reached, or takes nothing
  "unsupported", // the transport can't do that; see `notif-lab list`
  "slow_consumer", // cut off: what it had not read reached the server's bound
  "heartbeat_timeout", // nothing heard from the peer for interval + timeout
  "unreachable", // no server at that address
  "timeout", // no answer in time; whether it was carried out is unknown
  "closed", // the connection ended before the answer came
  "internal", // an error in the lab itself
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const known: ReadonlySet<string> = new Set(ERROR_CODES);

/** The one error the lab throws: a code for programs, a message for people that says what to do. */
export class LabError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "LabError";
    this.code = code;
  }

  /** Wraps anything thrown; a LabError passes through untouched. */
  static from(reason: unknown, code: ErrorCode = "internal"): LabError {
    if (reason instanceof LabError) return reason;
    const message = reason instanceof Error ? reason.message : String(reason);
    // A transport of one's own need not have this class: an error with one of the codes says as much.
    const own = reason instanceof Error && "code" in reason && isErrorCode(reason.code) ? reason.code : code;
    return new LabError(own, message, { cause: reason });
  }

  /** Rebuilds an error that came over the wire; a code this version does not know becomes `internal`. */
  static fromWire(code: unknown, message: unknown): LabError {
    return new LabError(
      isErrorCode(code) ? code : "internal",
      typeof message === "string" ? message : "no reason given",
    );
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && known.has(value);
}
