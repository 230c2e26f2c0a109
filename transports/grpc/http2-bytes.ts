/*
 * HTTP/2 and protobuf by hand, for what sends also what no library would: attacks and fuzzing.
 */

/** Frame types of RFC 9113, 6. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const;

export const FLAG = { ack: 1, endStream: 1, endHeaders: 4, padded: 8 } as const;

export const PREFACE_BYTES = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame of RFC 9113, 4.1; `announced` is what it claims as its length in place of the payload's. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
  announced = payload.length,
): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(announced, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** A header field that is neither indexed nor Huffman-coded (RFC 7541, 6.2.2). */
export function literal([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([Buffer.from([0]), hpackText(name), hpackText(value)]);
}

/** A header field that both ends add to their tables (RFC 7541, 6.2.1). */
export function indexed([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([Buffer.from([0x40]), hpackText(name), hpackText(value)]);
}

function hpackText(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([127]), varint(bytes.length - 127), bytes]);
}

/** A protobuf message behind its prefix (gRPC over HTTP/2, Length-Prefixed-Message), with another length or flag where one is given. */
export function prefixed(message: Buffer, announced = message.length, compressed = 0): Buffer {
  return Buffer.concat([Buffer.from([compressed]), u32(announced), message]);
}

/** A protobuf field with bytes behind their length. */
export function field(number: number, value: Buffer | string, announced?: number): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([tag(number, 2), varint(announced ?? bytes.length), bytes]);
}

export function tag(number: number, type: number): Buffer {
  return varint(number * 8 + type);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    bytes.push((left % 128) + (left > 127 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
