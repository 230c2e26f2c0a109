import { LabError } from "../../core/errors.ts";

/** A server takes 1 MiB a message unless it is told otherwise. */
const PIECE_BYTES = 512 * 1024;
const HEADER_BYTES = 12;

/** Far more than any plan, and than any report; what would be longer is refused before it is gathered. */
export const LONGEST_REQUEST = 8 * 1024 * 1024;
export const LONGEST_REPORT = 64 * 1024 * 1024;

/** A message as JSON, in pieces that NATS carries; `number` is one more each time. Columns of numbers go as base64, see columns.ts. */
export function piecesOf(message: unknown, number: number): Uint8Array[] {
  const bytes = Buffer.from(JSON.stringify(message, columnsAsText));
  if (bytes.length > LONGEST_REPORT)
    throw new LabError("internal", `a message of ${bytes.length} bytes is too long for agents`);
  const count = Math.max(1, Math.ceil(bytes.length / PIECE_BYTES));
  return Array.from({ length: count }, (_, index) => {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(number, 0);
    header.writeUInt32BE(index, 4);
    header.writeUInt32BE(count, 8);
    return Buffer.concat([header, bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)]);
  });
}

/** No message, but what shows whoever gets it whether one was lost: `number` is that of the next. It may be lost itself. */
export function markOf(number: number): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(number, 0);
  return header;
}

function columnsAsText(_key: string, value: unknown): unknown {
  const isColumn = value instanceof Float64Array || value instanceof Uint32Array;
  if (!isColumn) return value;
  const { buffer, byteOffset, byteLength } = value;
  return { column: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
}

/**
 * Puts messages together again from the pieces of one sender, in the order in which they were sent. What it returns throws `internal` where one
 * is missing, is too long, or is no JSON; what the JSON says is anybody's.
 */
export function createAssembly(
  longest: number,
  onMessage: (message: unknown) => void,
): (piece: Uint8Array) => void {
  let expected = 0;
  let parts: Buffer[] = [];
  return (piece) => {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (bytes.length < HEADER_BYTES || bytes.length > HEADER_BYTES + PIECE_BYTES)
      throw new LabError("internal", "it sent no valid notif-lab message");
    const [number, index, count] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
    const isMark = count === 0 && index === 0 && bytes.length === HEADER_BYTES;
    if (isMark && number === expected && parts.length === 0) return;
    if (number !== expected || index !== parts.length || index >= count)
      throw new LabError("internal", "a message between controller and agent was lost");
    if ((count - 1) * PIECE_BYTES > longest)
      throw new LabError("internal", `it sent a message of more than ${longest} bytes`);
    parts.push(bytes.subarray(HEADER_BYTES));
    if (parts.length < count) return;
    const whole = Buffer.concat(parts);
    parts = [];
    expected += 1;
    onMessage(parsed(whole));
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw new LabError("internal", "it sent no valid notif-lab message", { cause: error });
  }
}
