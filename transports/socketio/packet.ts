import { isObject } from "../session/envelope.ts";

/** Packet types (Socket.IO protocol 5), without those of binary attachments, which a parser that packs bytes does without. */
export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4 } as const;

/** A packet as the library hands it to a parser and takes it back. */
export interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
  /** What an acknowledgement brings back. */
  readonly id?: number | undefined;
}

/** Events that the library itself emits: from a peer they would be taken for its own. */
const RESERVED: readonly unknown[] = [
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
];

/** Whether all fields are what socket.io-parser lets through; the library relies on it. */
export function isPacket(value: object): value is Packet {
  if (!("type" in value && "nsp" in value)) return false;
  const data = "data" in value ? value.data : undefined;
  const id = "id" in value ? value.id : undefined;
  return (
    typeof value.nsp === "string" &&
    (id === undefined || (Number.isSafeInteger(id) && Number(id) >= 0)) &&
    isDataOf(value.type, data)
  );
}

function isDataOf(type: unknown, data: unknown): boolean {
  switch (type) {
    case PacketType.CONNECT:
      return data === undefined || isObject(data);
    case PacketType.DISCONNECT:
      return data === undefined;
    case PacketType.EVENT:
      return Array.isArray(data) && isEventName(data[0]);
    case PacketType.ACK:
      return Array.isArray(data);
    case PacketType.CONNECT_ERROR:
      return typeof data === "string" || isObject(data);
    default:
      return false;
  }
}

function isEventName(name: unknown): boolean {
  return typeof name === "number" || (typeof name === "string" && !RESERVED.includes(name));
}
