import { deserialize, serialize } from "node:v8";
import { LabError } from "../../core/errors.ts";

/** A server takes 1 MiB a message unless it is told otherwise. */
const PIECE_BYTES = 512 * 1024;
const HEADER_BYTES = 12;
/** Far more than any report; what would be longer is refused, not gathered. */
const MOST_PIECES = 1_024;

/** A message as structured clones are, in pieces that NATS carries; `number` is one more each time. */
export function piecesOf(message: unknown, number: number): Uint8Array[] {
  const bytes = serialize(message);
  const count = Math.max(1, Math.ceil(bytes.length / PIECE_BYTES));
  if (count > MOST_PIECES) throw new LabError("internal", `a message of ${bytes.length} bytes is too long`);
  return Array.from({ length: count }, (_, index) => {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(number, 0);
    header.writeUInt32BE(index, 4);
    header.writeUInt32BE(count, 8);
    return Buffer.concat([header, bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)]);
  });
}

/** Puts messages together again from the pieces of one sender, in the order in which they were sent. Throws `internal` where one is missing. */
export function createAssembly<Message>(onMessage: (message: Message) => void): (piece: Uint8Array) => void {
  let expected = 0;
  let parts: Buffer[] = [];
  return (piece) => {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (bytes.length < HEADER_BYTES) throw new LabError("internal", "a message without a header came");
    const [number, index, count] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
    if (number !== expected || index !== parts.length || index >= count || count > MOST_PIECES)
      throw new LabError("internal", "a message between controller and agent was lost");
    parts.push(bytes.subarray(HEADER_BYTES));
    if (parts.length < count) return;
    const whole = Buffer.concat(parts);
    parts = [];
    expected += 1;
    onMessage(deserialize(whole));
  };
}
