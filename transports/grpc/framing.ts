import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { LabError } from "../../core/errors.ts";
import type { Delivery } from "../../core/notification.ts";
import { isAccepted, isSubscribeResult, type Result } from "../session/envelope.ts";
import { ClientMessage, ServerMessage } from "./generated/messages.ts";

// A fresh writer grows its buffer from nothing each time, which costs more than the encoding does.
const writer = new BinaryWriter();

/** What a server sends first: the client has been accepted. */
export const WELCOME = encode({ $case: "welcome", value: { session: "", heartbeatMs: 0 } });

export function encodeRequest(ref: number, operation: NonNullable<ClientMessage["operation"]>): Buffer {
  return bytesOf(ClientMessage, { ref, operation });
}

export function encodeEvent(event: Delivery): Buffer {
  switch (event.kind) {
    case "notification":
      return encode({ $case: "notification", value: event });
    case "receipt":
      return encode({ $case: "receipt", value: event });
    case "gap":
      return encode({ $case: "gap", value: event });
  }
}

export function encodeResult(ref: number, result: Result): Buffer {
  if (isSubscribeResult(result)) return encode({ $case: "subscribed", value: { ...result, ref } });
  if (isAccepted(result)) return encode({ $case: "accepted", value: { ...result, ref } });
  return encode({ $case: "done", value: { ref } });
}

export function encodeFailure(ref: number, reason: unknown): Buffer {
  const { code, message } = LabError.from(reason);
  return encode({ $case: "failure", value: { ref, code, message } });
}

/** One message of the server. */
export function encode(message: NonNullable<ServerMessage["message"]>): Buffer {
  return bytesOf(ServerMessage, { message });
}

/** A message of any type in its own bytes. */
export function bytesOf<T>(
  type: { encode(message: T, writer: BinaryWriter): BinaryWriter },
  message: T,
): Buffer {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    type.encode(message, writer);
  } finally {
    // In any case: it also empties the writer for the next message.
    bytes = writer.finish();
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
