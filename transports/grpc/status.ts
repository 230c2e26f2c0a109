import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { type ErrorCode, LabError } from "../../core/errors.ts";

/** Trailing metadata that carries the lab's own code, which is finer than the status. */
const CODE_KEY = "notif-code";

/** What ends a stream, as gRPC's users know it; anything else is an internal error. */
const STATUS: { readonly [code in ErrorCode]?: status } = {
  unauthenticated: status.UNAUTHENTICATED,
  slow_consumer: status.RESOURCE_EXHAUSTED,
  too_many_sessions: status.RESOURCE_EXHAUSTED,
  closed: status.UNAVAILABLE,
  unavailable: status.UNAVAILABLE,
};

/** The status to emit as a call's error, so that the stream ends with it. */
export function toStatus(reason: unknown): StatusObject {
  const { code, message } = LabError.from(reason);
  const metadata = new Metadata();
  metadata.set(CODE_KEY, code);
  return { code: STATUS[code] ?? status.INTERNAL, details: message, metadata };
}

/** Why a call ended. `admitted` tells whether the server had let the client in before. */
export function fromStatus({ code, details, metadata }: StatusObject, admitted: boolean): LabError {
  const labCode = metadata.get(CODE_KEY)[0];
  if (labCode !== undefined) return LabError.fromWire(labCode, details);
  if (code === status.UNAUTHENTICATED) return new LabError("unauthenticated", details);
  if (!admitted)
    return new LabError("unreachable", `no notification service there (${status[code]}: ${details})`);
  // Without a code of the lab it is the library that refused: a message beyond the other end's limit.
  if (code === status.RESOURCE_EXHAUSTED) return new LabError("malformed", details);
  return new LabError("closed", `the stream has ended (${status[code]}: ${details})`);
}
